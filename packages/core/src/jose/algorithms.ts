import { constants } from 'node:crypto'

/** The names of the signature algorithms this library verifies (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864). */
export type AlgorithmName =
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

/** All that is known of an algorithm; every decision about one reads this table. */
export interface Algorithm {
  readonly name: AlgorithmName
  /** The JWK key type that it needs (RFC 7518 section 6.1). */
  readonly keyType: 'oct' | 'RSA' | 'EC' | 'OKP'
  /** The digest's name for node:crypto; Ed25519 has its own inside. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512'
  /** The one curve that it may be used with. */
  readonly curve?: 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
  /** Octets of a signature; an RSA signature is as long as its modulus. */
  readonly signatureLength?: number
  /** Padding and encoding for node:crypto. */
  readonly parameters?: {
    readonly padding?: number
    readonly saltLength?: number
    readonly dsaEncoding?: 'ieee-p1363'
  }
}

const pss = (saltLength: number) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
const p1363 = { dsaEncoding: 'ieee-p1363' } as const

const table: readonly Algorithm[] = [
  { name: 'HS256', keyType: 'oct', hash: 'sha256', signatureLength: 32 },
  { name: 'HS384', keyType: 'oct', hash: 'sha384', signatureLength: 48 },
  { name: 'HS512', keyType: 'oct', hash: 'sha512', signatureLength: 64 },
  { name: 'RS256', keyType: 'RSA', hash: 'sha256' },
  { name: 'RS384', keyType: 'RSA', hash: 'sha384' },
  { name: 'RS512', keyType: 'RSA', hash: 'sha512' },
  { name: 'PS256', keyType: 'RSA', hash: 'sha256', parameters: pss(32) },
  { name: 'PS384', keyType: 'RSA', hash: 'sha384', parameters: pss(48) },
  { name: 'PS512', keyType: 'RSA', hash: 'sha512', parameters: pss(64) },
  { name: 'ES256', keyType: 'EC', hash: 'sha256', curve: 'P-256', signatureLength: 64, parameters: p1363 },
  { name: 'ES384', keyType: 'EC', hash: 'sha384', curve: 'P-384', signatureLength: 96, parameters: p1363 },
  { name: 'ES512', keyType: 'EC', hash: 'sha512', curve: 'P-521', signatureLength: 132, parameters: p1363 },
  { name: 'EdDSA', keyType: 'OKP', curve: 'Ed25519', signatureLength: 64 },
  { name: 'Ed25519', keyType: 'OKP', curve: 'Ed25519', signatureLength: 64 },
]

const byName: ReadonlyMap<string, Algorithm> = new Map(table.map((entry) => [entry.name, entry]))

/** The entry of an algorithm, or undefined for a name that this library does not verify, `none` among them. */
export function findAlgorithm(name: string): Algorithm | undefined {
  return byName.get(name)
}

/** The names of the algorithms that a key of this type (and curve, where it has one) can be used with. */
export function algorithmsFor(keyType: Algorithm['keyType'], curve?: string): readonly AlgorithmName[] {
  return table
    .filter((entry) => entry.keyType === keyType && (entry.curve === undefined || entry.curve === curve))
    .map((entry) => entry.name)
}

/** Every name in the table, for messages and validation. */
export const ALGORITHM_NAMES: readonly AlgorithmName[] = table.map((entry) => entry.name)
