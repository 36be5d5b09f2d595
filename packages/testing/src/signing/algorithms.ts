import { constants } from 'node:crypto'

/** The algorithms a test issuer can sign with (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864). */
export type TestAlgorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'

/** How to make a key for an algorithm and how to sign with it. */
export interface SigningAlgorithm {
  readonly keyType: 'oct' | 'RSA' | 'EC' | 'OKP'
  /** The digest's name for node:crypto; Ed25519 has its own inside. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512'
  readonly curve?: 'P-256' | 'P-384' | 'P-521'
  /** Octets of a shared secret: as many as the hash has (RFC 7518 section 3.2). */
  readonly secretLength?: number
  /** Padding and encoding for node:crypto. */
  readonly parameters?: {
    readonly padding?: number
    readonly saltLength?: number
    readonly dsaEncoding?: 'ieee-p1363'
  }
  /** Another algorithm that the same key can sign with, for tokens that swap it. */
  readonly sibling?: TestAlgorithm
}

const pss = (saltLength: number) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
const p1363 = { dsaEncoding: 'ieee-p1363' } as const

export const ALGORITHMS: Readonly<Record<TestAlgorithm, SigningAlgorithm>> = {
  HS256: { keyType: 'oct', hash: 'sha256', secretLength: 32, sibling: 'HS512' },
  HS384: { keyType: 'oct', hash: 'sha384', secretLength: 48, sibling: 'HS256' },
  HS512: { keyType: 'oct', hash: 'sha512', secretLength: 64, sibling: 'HS256' },
  RS256: { keyType: 'RSA', hash: 'sha256', sibling: 'PS256' },
  RS384: { keyType: 'RSA', hash: 'sha384', sibling: 'PS384' },
  RS512: { keyType: 'RSA', hash: 'sha512', sibling: 'PS512' },
  PS256: { keyType: 'RSA', hash: 'sha256', parameters: pss(32), sibling: 'RS256' },
  PS384: { keyType: 'RSA', hash: 'sha384', parameters: pss(48), sibling: 'RS384' },
  PS512: { keyType: 'RSA', hash: 'sha512', parameters: pss(64), sibling: 'RS512' },
  ES256: { keyType: 'EC', hash: 'sha256', curve: 'P-256', parameters: p1363 },
  ES384: { keyType: 'EC', hash: 'sha384', curve: 'P-384', parameters: p1363 },
  ES512: { keyType: 'EC', hash: 'sha512', curve: 'P-521', parameters: p1363 },
  EdDSA: { keyType: 'OKP', sibling: 'Ed25519' },
  Ed25519: { keyType: 'OKP', sibling: 'EdDSA' },
}

/** Whether verifier and issuer share the key. */
export function isSymmetric(algorithm: TestAlgorithm): algorithm is 'HS256' | 'HS384' | 'HS512' {
  return ALGORITHMS[algorithm].keyType === 'oct'
}
