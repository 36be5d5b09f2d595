import type { JSONWebKeySet } from 'jose'
import { IssuerError } from '../issuer-error.js'
import { readKeyRingOptions, type KeyRingOptions } from './key-ring-options.js'
import { newRingKey, parseRing, serializeRing, type RingKey } from './key-ring-record.js'
import { livingKeys, nextStart, phasesAt, type RingPhases } from './ring-schedule.js'
import type { SigningKey } from './signing-key.js'

/** What signs, and what is published of it. */
export interface SigningKeys {
  /** Seconds that a token may live at most. */
  readonly maxTokenLifetime: number
  /** Seconds for which a JWKS may be kept by whoever fetched it. */
  readonly jwksMaxAge: number
  /** The key that signs now. */
  signingKey(): Promise<SigningKey>
  /** The key of that id, if a token that it signed may still live. */
  findKey(id: string | undefined): Promise<SigningKey | undefined>
  /** The JWKS (RFC 7517 section 5): public members only. */
  jwks(): Promise<JSONWebKeySet>
}

/** Keys that follow one another: the next one is published, the current one signs, retired ones stay published. */
export interface KeyRing extends SigningKeys {
  /**
   * Lets the next key sign as soon as verifiers can have it, which is at once where it has been published for
   * `publishDelay`. Processes that call at the same time rotate once.
   */
  rotate(): Promise<void>
  /**
   * Takes a key out of the ring at once: one that has leaked. Tokens that it signed are refused as soon as verifiers
   * fetch the JWKS again. The next key signs then, whether or not every verifier knows it already.
   *
   * @throws IssuerError `key_unknown`
   */
  remove(keyId: string): Promise<void>
}

interface LoadedRing {
  readonly version: number
  readonly keys: readonly RingKey[]
  readonly loadedAt: number
}

type Change = (keys: readonly RingKey[], now: number) => Promise<readonly RingKey[]>

const ATTEMPTS = 50

/**
 * Makes a key ring. Nothing runs in the background: whoever asks for a key or the JWKS drives the schedule.
 *
 * The methods throw IssuerError `key_ring_unavailable` where the store cannot be reached and what is in memory is
 * older than a third of `publishDelay`, and the errors of the store.
 *
 * @throws ConfigurationError
 */
export function createKeyRing(options: KeyRingOptions = {}): KeyRing {
  const settings = readKeyRingOptions(options)
  const { algorithm, clock, publishDelay, store } = settings
  const staleAfter = publishDelay / 3
  const reloadAfter = Math.min(60, publishDelay / 15)
  let loaded: LoadedRing | undefined
  let loading: Promise<LoadedRing> | undefined

  const load = async (): Promise<LoadedRing> => {
    const stored = await store.read()
    const keys = stored === undefined ? [] : await parseRing(stored.content)
    return { version: stored?.version ?? 0, keys, loadedAt: clock() }
  }

  /** Loads, changes and stores, until nobody came between; no write where nothing changes. */
  const apply = async (change: Change): Promise<LoadedRing> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const ring = await load()
      const now = clock()
      const keys = await change(ring.keys, now)
      if (keys === ring.keys) return (loaded = ring)
      const version = ring.version + 1
      if (await store.replace({ version, content: serializeRing(keys) })) {
        return (loaded = { version, keys, loadedAt: now })
      }
    }
    throw new IssuerError('key_ring_unavailable')
  }

  /** A ring always has a current and a next key, and no dead ones. */
  const complete: Change = async (keys, now) => {
    const living = livingKeys(keys, now, settings)
    let completed = living.length === keys.length ? keys : living
    if (completed.length === 0) {
      completed = [await newRingKey(algorithm, { publishedAt: now, signsFrom: now })]
    }
    const phases = phasesAt(completed, now)
    if (phases === undefined || phases.next !== undefined) return completed
    const signsFrom = nextStart(phases, now, settings)
    return [...completed, await newRingKey(algorithm, { publishedAt: now, signsFrom })]
  }

  const isComplete = ({ keys }: LoadedRing, now: number) =>
    phasesAt(keys, now)?.next !== undefined && livingKeys(keys, now, settings).length === keys.length

  const ring = async (): Promise<LoadedRing> => {
    const now = clock()
    const age = loaded === undefined ? Infinity : Math.abs(now - loaded.loadedAt)
    if (loaded !== undefined && age < reloadAfter && isComplete(loaded, now)) return loaded
    loading ??= apply(complete).finally(() => {
      loading = undefined
    })
    try {
      return await loading
    } catch (cause) {
      if (loaded !== undefined && age < staleAfter) return loaded
      throw cause instanceof IssuerError ? cause : new IssuerError('key_ring_unavailable', { cause })
    }
  }

  const phases = async (): Promise<RingPhases> => {
    const found = phasesAt((await ring()).keys, clock())
    if (found === undefined) throw new IssuerError('key_ring_unavailable')
    return found
  }

  return Object.freeze({
    maxTokenLifetime: settings.maxTokenLifetime,
    jwksMaxAge: Math.floor(publishDelay / 3),
    signingKey: async () => (await phases()).current.key,
    findKey: async (id: string | undefined) => (await ring()).keys.find(({ key }) => key.id === id)?.key,
    jwks: async () => ({
      keys: (await ring()).keys.flatMap(({ key }) => (key.publicJwk === undefined ? [] : [key.publicJwk])),
    }),
    async rotate() {
      // What this process last knew: had another one rotated since, this call asks for what is done already.
      const before = phasesAt((loaded ?? (await ring())).keys, clock())?.current.key.id
      await apply(async (keys, now) => {
        const { current, next } = phasesAt(keys, now) ?? {}
        if (current?.key.id !== before || next === undefined) return complete(keys, now)
        const signsFrom = Math.max(now, next.publishedAt + publishDelay)
        if (signsFrom >= next.signsFrom) return keys
        return complete(
          keys.map((each) => (each === next ? { ...each, signsFrom } : each)),
          now,
        )
      })
    },
    async remove(keyId: string) {
      await apply(async (keys, now) => {
        const left = keys.filter(({ key }) => key.id !== keyId)
        if (left.length === keys.length) throw new IssuerError('key_unknown')
        const removed = phasesAt(keys, now)?.current.key.id === keyId
        const { next } = phasesAt(keys, now) ?? {}
        const promoted = left.map((each) => (removed && each === next ? { ...each, signsFrom: now } : each))
        return complete(promoted, now)
      })
    },
  })
}
