import type { TokenRequest } from '../issuer/token-request.js'
import type { TestAlgorithm } from '../signing/algorithms.js'
import { ALGORITHM } from './algorithm.js'
import type { Applicability, BadTokenCode, BadTokenEntry, Bench } from './bench.js'
import { CLAIMS } from './claims.js'
import { ENCODING } from './encoding.js'
import { HEADER } from './header.js'
import { SIGNATURE } from './signature.js'
import { TIME } from './time.js'
import { WEAK_KEYS } from './weak-keys.js'

const table = { ...TIME, ...CLAIMS, ...SIGNATURE, ...ALGORITHM, ...WEAK_KEYS, ...HEADER, ...ENCODING }

/** The name of a kind of bad token, which is also the name of the call that makes one: `issuer.bad.expired()`. */
export type BadTokenKind = keyof typeof table

/** One call for each kind. */
export type BadTokenCalls = Readonly<Record<BadTokenKind, (request?: TokenRequest) => string>>

/** What is wrong with a kind of bad token, and what the answer must be. */
export interface BadTokenDescription {
  readonly kind: BadTokenKind
  /** What is wrong, as the title of a test. */
  readonly name: string
  /** The code of the AuthError that a verifier of `@portcullis/core` throws; see {@link badTokens} for which. */
  readonly code: BadTokenCode
  /** The HTTP status of a protected route; 431 where Node's HTTP server refuses before any route is asked. */
  readonly status: number
  /** The code that the caller is told; undefined where the status is not the route's. */
  readonly publicCode: BadTokenCode | 'token_invalid' | undefined
}

export interface BadToken extends BadTokenDescription {
  readonly token: string
}

const entries = Object.entries(table) as [BadTokenKind, BadTokenEntry][]

/** Refused before the signature is proven: from outside these all look the same. */
const UNPROVEN: ReadonlySet<BadTokenCode> = new Set([
  'token_malformed',
  'token_too_long',
  'token_type_not_allowed',
  'critical_header_unsupported',
  'algorithm_not_allowed',
  'key_unknown',
  'signature_invalid',
])

/**
 * The kinds of bad token that an issuer can make, for runners that list tests before anything asynchronous has run:
 * `test.each(badTokenKinds())('refuses $name', ({ kind, code }) => ... issuer.bad[kind]())`.
 *
 * @param issuer default an RS256 issuer that publishes no weak keys
 */
export function badTokenKinds({
  algorithm = 'RS256',
  weakKeys = false,
}: { algorithm?: TestAlgorithm; weakKeys?: boolean } = {}): readonly BadTokenDescription[] {
  return entries
    .filter(([, entry]) => entry.appliesTo?.({ algorithm, weakKeys }) ?? true)
    .map(([kind, { name, code, status }]) => ({
      kind,
      name,
      code,
      status: status ?? 401,
      publicCode: status !== undefined ? undefined : UNPROVEN.has(code) ? 'token_invalid' : code,
    }))
}

/**
 * The whole catalogue: a token of each kind that the issuer can make, with the answer that it must get. The codes are
 * those of a verifier that is made of `issuer.verifierOptions(...)`, alone or with `profile: 'at+jwt'`.
 *
 * @param request what the tokens grant: give the rights that the route requires, so that only the badness refuses them
 */
export function badTokens(
  issuer: Applicability & { readonly bad: BadTokenCalls },
  request: TokenRequest = {},
): readonly BadToken[] {
  return badTokenKinds(issuer).map((description) => ({
    ...description,
    token: issuer.bad[description.kind](request),
  }))
}

/** The calls of one issuer, each on a bench set for the request. */
export function badTokenCalls(benchFor: (request: TokenRequest) => Bench): BadTokenCalls {
  const calls = entries.map(([kind, { make, appliesTo }]) => {
    const call = (request: TokenRequest = {}) => {
      const bench = benchFor(request)
      const { key, weakKeys } = bench
      if (appliesTo?.({ algorithm: key.algorithm, weakKeys }) ?? true) return make(bench)
      throw new TypeError(
        `An issuer of ${key.algorithm} keys, weakKeys: ${String(weakKeys)}, makes no token of the kind ${kind}`,
      )
    }
    return [kind, call] as const
  })
  return Object.freeze(Object.fromEntries(calls)) as BadTokenCalls
}
