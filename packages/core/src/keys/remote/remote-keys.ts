import type { JwsHeader } from '../../jose/jws-header.js'
import { AuthError } from '../../outcome/auth-error.js'
import type { KeySet, RefusedKey } from '../key-set.js'
import type { KeySource } from '../key-source.js'
import type { VerificationKey } from '../verification-key.js'
import { createElapsedTime } from './elapsed-time.js'
import { describeFailure, FetchFailure } from './fetch-failure.js'
import { publishKeysEvent } from './keys-channel.js'
import { createKeysReader } from './read-keys.js'
import { createRefreshSchedule, serves, type KeysPhase } from './refresh-schedule.js'
import { createRefreshTimer } from './refresh-timer.js'
import type { RemoteSettings } from './remote-options.js'
import type { Retrieve, Retrieved } from './retrieve.js'
import { createSingleFetch, type Fetch } from './single-fetch.js'
import { createUnknownKeyLimiter } from './unknown-key-limiter.js'

/** What is known of remote keys right now. No key material, nothing that the endpoint answered but ids of keys. */
export interface RemoteKeysStatus {
  /** The JWKS URI or the issuer, as configured. */
  readonly source: string
  /** What the keys at hand are good for. */
  readonly phase: KeysPhase
  readonly keyIds: readonly string[]
  /** Keys of the last set that must not be used, by their place in it, and why. */
  readonly refused: readonly RefusedKey[]
  /** Seconds since the keys were asked for; undefined where there are none. */
  readonly ageSeconds: number | undefined
  /** Seconds until the next fetch is due; 0 where the next request causes one. */
  readonly nextRefreshInSeconds: number
  /** Attempts that have failed since the last good one. */
  readonly failures: number
  /** What went wrong last, if anything has since the last good fetch. */
  readonly lastError: string | undefined
  /** Unknown key ids that are remembered, at most 1000. */
  readonly unknownKeyIds: number
}

/** Keys that are fetched, kept, and survive outages of the endpoint. */
export interface RemoteKeys extends KeySource {
  /**
   * The key that the header means. At once for a known key, unless the keys are older than the age limit and the
   * endpoint has not been asked yet. An unknown key id waits for one fetch at most.
   *
   * @throws AuthError `keys_unavailable` (503, as a rejection) when there are no keys and none can be had, or when
   *   the key is unknown and the endpoint cannot be asked about it
   */
  find(header: JwsHeader): VerificationKey | undefined | Promise<VerificationKey | undefined>
  keyIds(): readonly string[]
  status(): RemoteKeysStatus
  /**
   * Resolves when there are keys to serve with, fetching them if need be: for start-up and readiness probes.
   *
   * @throws AuthError `keys_unavailable` (as a rejection)
   */
  ready(): Promise<void>
  /**
   * Fetches now, whatever schedule and backoff say; calls while it runs share one fetch.
   *
   * @throws AuthError `keys_unavailable` (as a rejection) when that fails; the keys at hand go on serving
   */
  reload(): Promise<void>
  /** Ends timer and connections. Keys at hand serve until their age limit; nothing is fetched any more. */
  close(): void
}

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
    if (asked) refreshIfDue(time())
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

  async function search(header: JwsHeader, now: number): Promise<VerificationKey | undefined> {
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
    if (fetch !== undefined && fetch.startedAt >= now) unknownKeys.denied(id, time())
    else unknownKeys.noticed(id, time())
    return undefined
  }

  let reloading: Fetch | undefined

  return Object.freeze({
    find(header: JwsHeader) {
      const now = time()
      refreshIfDue(now)
      asked = true
      const key = serves(schedule.phase(now)) ? set?.select(header) : undefined
      return key ?? search(header, now)
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
