import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign as signOctets,
  type KeyObject,
} from 'node:crypto'

/** Claims or a header, as an issuer writes them. */
export type Json = Readonly<Record<string, unknown>>

/** A key of an issuer: signs tokens, and has a public half to publish. */
export interface Signer {
  readonly jwk: Readonly<Record<string, unknown>>
  /** A token with these claims; the header has `alg` and `kid` of the key unless it says otherwise. */
  token(claims: Json, header?: Json): string
}

type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

const makers: Readonly<Record<Algorithm, () => KeyObject>> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
}

const signatures: Readonly<Record<Algorithm, (key: KeyObject, input: Buffer) => Buffer>> = {
  RS256: (key, input) => signOctets('sha256', input, key),
  PS256: (key, input) => signOctets('sha256', input, { key, ...pss }),
  ES256: (key, input) => signOctets('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (key, input) => signOctets(null, input, key),
}

/** A new key, made now. */
export function createSigner(algorithm: Algorithm, kid: string): Signer {
  const key = makers[algorithm]()
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  return {
    jwk: { ...jwk, kid, alg: algorithm, use: 'sig' },
    token: (claims, header = {}) =>
      compact({ alg: algorithm, kid, ...header }, claims, (input) => signatures[algorithm](key, input)),
  }
}

/** A token by HMAC, with whatever octets the forger or the issuer has. */
export function hmacToken(secret: Uint8Array, claims: Json, header: Json = {}): string {
  return compact({ alg: 'HS256', ...header }, claims, (input) =>
    createHmac('sha256', secret).update(input).digest(),
  )
}

/** A token that nobody signed, for what is refused before signatures are looked at. */
export function unsignedToken(claims: Json): string {
  return compact({ alg: 'RS256' }, claims, () => Buffer.alloc(256, 1))
}

function compact(header: Json, claims: Json, sign: (input: Buffer) => Buffer): string {
  const input = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${input}.${sign(Buffer.from(input)).toString('base64url')}`
}
