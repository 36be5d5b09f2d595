import type { TestAlgorithm } from '../signing/algorithms.js'
import { compact } from '../signing/compact.js'
import type { SigningKey } from '../signing/signing-key.js'

/** Everything a bad token is made of: the key, and the header and claims of the good token that it spoils. */
export interface Bench {
  readonly key: SigningKey
  /** Seconds since the epoch. */
  readonly now: number
  /** Whether the issuer publishes weak keys. */
  readonly weakKeys: boolean
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** What is changed in the good token; undefined removes a member. */
export interface Changes {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

/** The good token with changes, honestly signed: by the issuer's key unless another is given. */
export function signed(bench: Bench, changes: Changes = {}, key: SigningKey = bench.key): string {
  return compact({ ...bench.header, ...changes.header }, { ...bench.claims, ...changes.claims }, key.sign)
}

/** The three segments of the good token. */
export function segments(bench: Bench): [header: string, payload: string, signature: string] {
  return signed(bench).split('.') as [string, string, string]
}

/** Why a verifier of Portcullis refuses a token: a subset of the refusal codes of `@portcullis/core`. */
export type BadTokenCode =
  | 'token_malformed'
  | 'token_too_long'
  | 'token_type_not_allowed'
  | 'critical_header_unsupported'
  | 'algorithm_not_allowed'
  | 'key_unknown'
  | 'signature_invalid'
  | 'claim_missing'
  | 'claim_invalid'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'proof_required'

/** For which issuers a kind of bad token can be made. */
export interface Applicability {
  readonly algorithm: TestAlgorithm
  readonly weakKeys: boolean
}

/** One kind of bad token. */
export interface BadTokenEntry {
  /** What is wrong with it, as the title of a test. */
  readonly name: string
  readonly code: BadTokenCode
  readonly make: (bench: Bench) => string
  /** Default: for every issuer. */
  readonly appliesTo?: (issuer: Applicability) => boolean
  /** What HTTP answers, where the request does not reach the verifier. */
  readonly status?: number
}
