import {
  constants,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'

export const ISSUER = 'https://id.example.com'
export const AUDIENCE = 'orders-api'
export const ALGORITHMS = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA']

const signOnPool = promisify(sign)
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const MAKERS = {
  HS256: () => {
    const key = createSecretKey(randomBytes(32))
    return { privateKey: key, publicKey: key }
  },
  RS256: rsa,
  PS256: rsa,
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
const SIGNERS = {
  HS256: async (input, key) => createHmac('sha256', key).update(input).digest(),
  RS256: (input, key) => signOnPool('sha256', input, key),
  PS256: (input, key) => signOnPool('sha256', input, { key, ...pss }),
  ES256: (input, key) => signOnPool('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (input, key) => signOnPool(null, input, key),
}

/** A key pair for an algorithm; for HMAC both are the one secret. */
export const makeKeys = (algorithm) => MAKERS[algorithm]()

/** The claims of an access token, of about the size that a provider issues. */
export function claimsOf(subject, more = {}) {
  return {
    sub: subject,
    client_id: 'shop-web',
    scope: 'orders:read orders:write',
    roles: ['admin', 'user'],
    jti: randomUUID(),
    ...more,
  }
}

const segment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** `typ` is JWT, since some peers refuse the access tokens of RFC 9068. @returns {Promise<string>} */
export async function makeToken(algorithm, privateKey, claims, header = {}) {
  const now = Math.floor(Date.now() / 1000)
  const registered = { iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 7200 }
  const input = `${segment({ alg: algorithm, kid: 'key-1', typ: 'JWT', ...header })}.${segment({ ...registered, ...claims })}`
  const signature = await SIGNERS[algorithm](Buffer.from(input), privateKey)
  return `${input}.${signature.toString('base64url')}`
}

/** Different tokens of one issuer. @returns {Promise<string[]>} */
export function makeTokens(algorithm, privateKey, count, claims = claimsOf) {
  return Promise.all(
    Array.from({ length: count }, (_, index) => makeToken(algorithm, privateKey, claims(`user-${index}`))),
  )
}

/** The same token with another claim, and so with a signature that is not for it. */
export function tampered(token) {
  const [header, payload, signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return `${header}.${segment({ ...claims, sub: 'mallory' })}.${signature}`
}

export const jwkOf = (algorithm, publicKey, id = 'key-1') => ({
  ...publicKey.export({ format: 'jwk' }),
  kid: id,
  alg: algorithm,
  use: 'sig',
})
