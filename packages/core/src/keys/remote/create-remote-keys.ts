import type { JwsHeader } from '../../jose/jws-header.js'
import { AuthError } from '../../outcome/auth-error.js'
import type { KeySet } from '../key-set.js'
import type { VerificationKey } from '../verification-key.js'
import { createElapsedTime } from './elapsed-time.js'
import { describeFailure, FetchFailure } from './fetch-failure.js'
import { publishKeysEvent } from './keys-channel.js'
import { createKeysReader } from './read-keys.js'
import { createRefreshSchedule, serves } from './refresh-schedule.js'
import { createRefreshTimer } from './refresh-timer.js'
import type { RemoteKeys } from './remote-keys.js'
import type { RemoteSettings } from './remote-options.js'
import type { Retrieve, Retrieved } from './retrieve.js'
import { createSingleFetch, type Fetch } from './single-fetch.js'
import { createUnknownKeyLimiter } from './unknown-key-limiter.js'

/** What remote keys are made of. */
export interface RemoteKeysParts {
  /** The name under which they are reported. */
  readonly source: string
  readonly settings: RemoteSettings
  readonly retrieve: Retrieve
  /** Between 0 and 1, for jitter. */
  readonly random?: () => number
}

/** Keys by whatever way they are retrieved: schedule, limits and outages are the same. */
export function createRemoteKeys({
  source,
  settings,
  retrieve,
  random = Math.random,
}: RemoteKeysParts): RemoteKeys {
  const time = createElapsedTime(settings.clock)
  const schedule = createRefreshSchedule(settings, random)
  const unknownKeys = createUnknownKeyLimiter(settings)
  const readKeys = createKeysReader(settings.maxKeys)
  const fetches = createSingleFetch({ timeout: settings.timeout, retrieve, accept, failed })
  const timer = createRefreshTimer(() => {
    // Without requests there is nobody to refresh for; the next one to come does it.
    if (!asked || closed) return
    const now = time()
    refreshIfDue(now)
    // A timer may ring a little before its time, and the user's clock may run slower than it.
    if (fetches.current() === undefined) timer.set(schedule.untilDue(now))
  })
  let set: KeySet | undefined
  let problem: unknown
  let asked = false
  let closed = false

  function accept({ keys, maxAge, warning }: Retrieved, startedAt: number): void {
    set = readKeys(keys)
    schedule.succeeded(startedAt, maxAge)
    problem = warning
    report('fetched')
  }

  function failed(error: unknown): void {
    schedule.failed(time(), error instanceof FetchFailure && error.withdrawn)
    problem = error
    report('failed')
  }

  function report(outcome: 'fetched' | 'failed'): void {
    const nextRefreshInSeconds = schedule.untilDue(time())
    timer.set(nextRefreshInSeconds)
    publishKeysEvent({
      source,
      outcome,
      keyIds: keyIds(),
      refused: outcome === 'fetched' ? (set?.refused ?? []) : [],
      ...(problem === undefined ? {} : { problem: describeFailure(problem) }),
      failures: schedule.failures(),
      nextRefreshInSeconds,
    })
  }

  function keyIds(): readonly string[] {
    return set?.keyIds() ?? []
  }

  function refreshIfDue(now: number): void {
    if (closed || fetches.current() !== undefined || !schedule.isDue(now)) return
    asked = false
    fetches.start(now)
  }

  function unavailable(
    cause: unknown = closed ? new FetchFailure('the key source was closed') : problem,
  ): AuthError {
    return new AuthError('keys_unavailable', {
      cause,
      retryAfter: Math.max(1, Math.ceil(schedule.untilDue(time()))),
    })
  }

  /** Resolves when a fetch is over and there are keys that may serve; to its failure, if it failed all the same. */
  async function settled(fetch: Fetch | undefined): Promise<{ readonly failure: unknown } | undefined> {
    if (fetch === undefined) throw unavailable()
    const failed = await fetch.outcome
    if (failed !== undefined && schedule.phase(time()) === 'missing') throw unavailable(failed.failure)
    return failed
  }

  /** @param underWay the fetch that began before the token came, and so may not know of a key that it does */
  async function search(
    header: JwsHeader,
    now: number,
    underWay: Fetch | undefined,
  ): Promise<VerificationKey | undefined> {
    const id = header.kid === undefined ? `alg ${header.alg}` : `kid ${header.kid}`
    let fetch = fetches.current()
    if (serves(schedule.phase(now))) {
      if (unknownKeys.isDenied(id, now)) return undefined
      if (fetch === undefined && schedule.failures() === 0 && !closed) {
        if (!unknownKeys.mayAsk(now, fetches.lastStartedAt())) {
          unknownKeys.noticed(id, now)
          return undefined
        }
        fetch = fetches.start(now)
      }
    }
    const failed = await settled(fetch)
    const key = set?.select(header)
    if (key !== undefined) return key
    if (failed !== undefined) throw unavailable(failed.failure)
    if (fetch === underWay) unknownKeys.noticed(id, time())
    else unknownKeys.denied(id, time())
    return undefined
  }

  let reloading: Fetch | undefined

  return Object.freeze({
    find(header: JwsHeader) {
      const now = time()
      const underWay = fetches.current()
      refreshIfDue(now)
      asked = true
      const key = serves(schedule.phase(now)) ? set?.select(header) : undefined
      return key ?? search(header, now, underWay)
    },

    keyIds,

    status() {
      const now = time()
      const age = schedule.age(now)
      return Object.freeze({
        source,
        phase: schedule.phase(now),
        keyIds: keyIds(),
        refused: set?.refused ?? [],
        ageSeconds: Number.isFinite(age) ? age : undefined,
        nextRefreshInSeconds: schedule.untilDue(now),
        failures: schedule.failures(),
        lastError: problem === undefined ? undefined : describeFailure(problem),
        unknownKeyIds: unknownKeys.size(),
      })
    },

    async ready() {
      const now = time()
      refreshIfDue(now)
      if (!serves(schedule.phase(now))) await settled(fetches.current())
    },

    async reload() {
      if (closed) throw unavailable()
      reloading ??= fetches.start(time())
      const fetch = reloading
      const failed = await fetch.outcome
      if (reloading === fetch) reloading = undefined
      if (failed !== undefined) throw unavailable(failed.failure)
    },

    close() {
      closed = true
      timer.stop()
      fetches.close()
    },
  })
}
