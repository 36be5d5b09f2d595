import { withDeadline } from '../../http/deadline.js'
import { FetchFailure, lateFetch } from './fetch-failure.js'

/** A fetch that is under way. */
export interface Fetch {
  /** Settles when it is over, never rejects; the failure in a box, or undefined when there are newer keys now. */
  readonly outcome: Promise<{ readonly failure: unknown } | undefined>
}

export interface SingleFetchParts<T> {
  /** Seconds. */
  readonly timeout: number
  readonly retrieve: (signal: AbortSignal) => Promise<T>
  /** Takes an answer into use; what it throws makes the fetch a failed one. */
  readonly accept: (answer: T, startedAt: number) => void
  /** Is told of each failure that no newer answer has made meaningless. */
  readonly failed: (error: unknown) => void
}

/** One fetch for any number of waiting requests; whatever the order of the answers, the newest question wins. */
export interface SingleFetch {
  /** The fetch to wait for, if one is under way. */
  current(): Fetch | undefined
  /** Begins a fetch, also beside one under way: the new one is then the one to wait for. */
  start(now: number): Fetch
  /** When the last fetch began. */
  lastStartedAt(): number
  /** Ends what is under way. */
  close(): void
}

export function createSingleFetch<T>({
  timeout,
  retrieve,
  accept,
  failed,
}: SingleFetchParts<T>): SingleFetch {
  const closing = new AbortController()
  let current: Fetch | undefined
  let lastStartedAt = Number.NEGATIVE_INFINITY
  let started = 0
  let accepted = 0

  const run = async (
    number: number,
    startedAt: number,
  ): Promise<{ readonly failure: unknown } | undefined> => {
    try {
      const answer = await withDeadline(timeout, retrieve, {
        signal: closing.signal,
        error: lateFetch(timeout),
      })
      closing.signal.throwIfAborted()
      if (number > accepted) {
        accept(answer, startedAt)
        accepted = number
      }
      return undefined
    } catch (error) {
      if (number < accepted) return undefined
      if (!closing.signal.aborted) failed(error)
      return { failure: error }
    }
  }

  return {
    current: () => current,
    start(now) {
      const fetch: Fetch = {
        outcome: run(++started, now).finally(() => {
          if (current === fetch) current = undefined
        }),
      }
      current = fetch
      lastStartedAt = now
      return fetch
    },
    lastStartedAt: () => lastStartedAt,
    close() {
      closing.abort(new FetchFailure('the key source was closed'))
    },
  }
}
