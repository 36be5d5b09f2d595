import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createBoundTokens, type BoundTokens } from './bound-tokens.js'

/** The services believe tokens of this issuer only. It has no address: keys are given as a JWKS. */
export const ISSUER = 'https://id.conformance.example'
/** How tokens name the services. */
export const AUDIENCE = 'conformance-api'
/** Characters of the longest token that the services look at; a Node server takes 16 KiB of headers at most. */
export const MAXIMUM_TOKEN_LENGTH = 8192

type Members = Readonly<Record<string, unknown>>

interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Makes the tokens of the table, with keys that are made for each run. */
export interface ConformanceTokens {
  /** Seconds since the epoch at which the whole table plays. */
  readonly now: number
  /** The public keys that the services are given. */
  readonly jwks: { readonly keys: readonly object[] }
  /** A token of the subject `alice` that grants nothing; a claim that is given as undefined is left out. */
  readonly token: (claims?: Members, header?: Members) => string
  /** The same, signed with the key of another algorithm. */
  readonly tokenBy: (algorithm: 'RS256' | 'ES256' | 'EdDSA', claims?: Members) => string
  /** Signed with a key that the services do not know, under the id of one that they do. */
  readonly forged: (claims?: Members) => string
  /** `alg: none` in a given spelling, without a signature. */
  readonly unsigned: (algorithm: string) => string
  /** HS256, with the text of a public key as the secret. */
  readonly confused: () => string
  /** Proofs, certificates and what encrypts. */
  readonly bound: BoundTokens
}

/** @param now seconds since the epoch, which the services are given as their clock */
export function createTokens(now: number): ConformanceTokens {
  const keys = {
    RS256: signingKey('RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })),
    ES256: signingKey('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
    EdDSA: signingKey('EdDSA', generateKeyPairSync('ed25519')),
  }
  const stranger = signingKey('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  const payload = (claims: Members) => ({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'alice',
    iat: now,
    exp: now + 300,
    ...claims,
  })
  const make = (key: SigningKey, claims: Members = {}, header: Members = {}) => {
    const input = encode({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header }, payload(claims))
    return `${input}.${signature(key, input)}`
  }

  return {
    now,
    jwks: {
      keys: Object.values(keys).map(({ alg, kid, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        alg,
        kid,
        use: 'sig',
      })),
    },
    token: (claims, header) => make(keys.ES256, claims, header),
    tokenBy: (algorithm, claims) => make(keys[algorithm], claims),
    forged: (claims) => make(stranger, claims),
    unsigned: (alg) => `${encode({ alg, kid: keys.ES256.kid }, payload({}))}.`,
    confused: () => {
      const input = encode({ alg: 'HS256', kid: keys.RS256.kid }, payload({}))
      const secret = keys.RS256.publicKey.export({ format: 'pem', type: 'spki' })
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
    },
    bound: createBoundTokens(now),
  }
}

function signingKey(alg: string, pair: { publicKey: KeyObject; privateKey: KeyObject }): SigningKey {
  return { alg, kid: `conformance-${alg.toLowerCase()}`, ...pair }
}

function encode(header: Members, claims: Members): string {
  return [header, claims]
    .map((members) => Buffer.from(JSON.stringify(members)).toString('base64url'))
    .join('.')
}

function signature({ alg, privateKey }: SigningKey, input: string): string {
  const hash = alg === 'EdDSA' ? null : 'sha256'
  return sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
}
