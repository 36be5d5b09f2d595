import { Buffer } from 'node:buffer'
import { constants, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export const NOW = 1_800_000_000
const ISSUER = 'https://id.example.com'
const AUDIENCE = 'orders-api'
export const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'user', iat: NOW - 60, exp: NOW + 600 }

const asymmetric = (alg, type, options, hash, how) => {
  const { privateKey, publicKey } = generateKeyPairSync(type, options)
  return {
    alg,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid: alg, alg },
    sign: (input) => sign(hash, Buffer.from(input), { key: privateKey, ...how }),
  }
}

/** Real keys, and whoever signs with them. */
export function createSigners() {
  const secret = randomBytes(32)
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return [
    { alg: 'HS256', secret, sign: (input) => createHmac('sha256', secret).update(input).digest() },
    asymmetric('ES256', 'ec', { namedCurve: 'P-256' }, 'sha256', { dsaEncoding: 'ieee-p1363' }),
    asymmetric('EdDSA', 'ed25519', {}, null, {}),
    asymmetric('RS256', 'rsa', { modulusLength: 2048 }, 'sha256', {}),
    asymmetric('PS256', 'rsa', { modulusLength: 2048 }, 'sha256', pss),
  ]
}

/** What a failure is printed with, so that it can be run again: options as JSON, and the public keys. */
export function describeSubjects(signers) {
  const jwks = { keys: signers.flatMap(({ jwk }) => (jwk === undefined ? [] : [jwk])) }
  const secret = Buffer.from(signers[0].secret).toString('base64url')
  return [
    { name: 'shared secret', secret },
    { name: 'set of keys', jwks },
    { name: 'single key', jwk: jwks.keys[0] },
    { name: 'access tokens', jwks, options: { profile: 'at+jwt', maxTokenAge: 600 } },
    { name: 'many issuers', jwks, many: true },
    { name: 'padded', jwks, options: { paddedBase64url: 'aws-alb' } },
  ]
}

/** Makes the verifier of a description by the library under test. */
export function verifierOf({ createVerifier, localJwks, jwk, secret }, subject) {
  const keys =
    subject.secret !== undefined
      ? secret(Buffer.from(subject.secret, 'base64url'), 'HS256')
      : subject.jwk !== undefined
        ? jwk(subject.jwk)
        : localJwks(subject.jwks)
  const one = { issuer: ISSUER, audience: AUDIENCE, keys }
  const all = { clock: () => NOW, ...subject.options }
  return createVerifier(
    subject.many ? { issuers: [one, { ...one, issuer: 'x' }], clock: all.clock } : { ...one, ...all },
  )
}

/** Whether claims may be accepted at all, told by the plainest reading of them. */
export function mayBeAccepted(token) {
  const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  const { iss, aud, exp, nbf, iat, cnf } = JSON.parse(payload)
  const { alg, crit } = JSON.parse(header)
  return (
    iss === ISSUER &&
    [aud].flat().includes(AUDIENCE) &&
    exp > NOW - 6 &&
    !(nbf > NOW + 6) &&
    !(iat > NOW + 6) &&
    cnf === undefined &&
    crit === undefined &&
    alg !== 'none'
  )
}
