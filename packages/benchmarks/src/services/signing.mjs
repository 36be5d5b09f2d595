import { createHmac, randomBytes, randomUUID, sign } from 'node:crypto'
import { createVerifier, localJwks, secret } from '@portcullis/core'
import { createKeyRing, createSigner, sharedSecret } from '@portcullis/issuer'
import { importJWK, SignJWT } from 'jose'
import { requireHonest } from '../contenders/honest.mjs'
import { keysOf } from '../contenders/portcullis.mjs'
import { AUDIENCE, ISSUER, makeKeys, tampered } from '../contenders/signed-tokens.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { manyInFlight, oneAfterAnother } from '../measuring/samples.mjs'

const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA']
const IN_FLIGHT = 64
const LIFETIME = 300

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What every contender puts into a token. */
const REQUEST = {
  subject: 'user-1',
  audience: AUDIENCE,
  clientId: 'shop-web',
  scope: ['orders:read', 'orders:write'],
  roles: ['admin', 'user'],
}

function claimsNow() {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: ISSUER,
    sub: REQUEST.subject,
    aud: REQUEST.audience,
    client_id: REQUEST.clientId,
    iat: now,
    exp: now + LIFETIME,
    jti: randomUUID(),
    scope: REQUEST.scope.join(' '),
    roles: REQUEST.roles,
  }
}

/** Node's own primitive with a ready KeyObject, synchronous or on the thread pool. */
function bare(algorithm, privateKey, onPool) {
  const header = encode({ alg: algorithm, typ: 'at+jwt', kid: 'key-1' })
  const hash = algorithm === 'EdDSA' ? null : 'sha256'
  const key = algorithm === 'ES256' ? { key: privateKey, dsaEncoding: 'ieee-p1363' } : privateKey
  const inputNow = () => `${header}.${encode(claimsNow())}`
  const complete = (input, signature) => `${input}.${signature.toString('base64url')}`
  if (algorithm === 'HS256') {
    return () => {
      const input = inputNow()
      return complete(input, createHmac('sha256', privateKey).update(input).digest())
    }
  }
  if (!onPool) {
    return () => {
      const input = inputNow()
      return complete(input, sign(hash, Buffer.from(input), key))
    }
  }
  return () =>
    new Promise((resolve, reject) => {
      const input = inputNow()
      sign(hash, Buffer.from(input), key, (error, signature) => {
        if (error === null) resolve(complete(input, signature))
        else reject(error)
      })
    })
}

async function jose(algorithm, privateKey) {
  const key =
    algorithm === 'HS256' ? privateKey : await importJWK(privateKey.export({ format: 'jwk' }), algorithm)
  return () =>
    new SignJWT(claimsNow()).setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: 'key-1' }).sign(key)
}

/** Ours has keys of its own: they never leave the ring. */
async function ours(algorithm) {
  const bytes = randomBytes(32)
  const keyRing = algorithm === 'HS256' ? sharedSecret(bytes) : createKeyRing({ algorithm })
  const signer = createSigner({ issuer: ISSUER, keyRing, lifetime: LIFETIME })
  return {
    operation: async () => (await signer.sign(REQUEST)).token,
    keys: algorithm === 'HS256' ? secret(bytes, 'HS256') : localJwks(await keyRing.jwks()),
  }
}

/** Access tokens by RFC 9068 that are signed: µs a token, by way, algorithm and contender. */
export async function measureSigning(pace, progress) {
  const results = { oneAfterAnother: {}, inFlight: {} }
  for (const algorithm of ALGORITHMS) {
    progress(`signing, ${algorithm}`)
    const { privateKey, publicKey } = makeKeys(algorithm)
    const portcullis = await ours(algorithm)
    const contenders = {
      'bare node:crypto': bare(algorithm, privateKey, false),
      portcullis: portcullis.operation,
      jose: await jose(algorithm, privateKey),
    }
    const shared = keysOf(algorithm, publicKey)
    for (const [name, operation] of Object.entries(contenders))
      await requireGoodTokens(name, operation, name === 'portcullis' ? portcullis.keys : shared)
    results.oneAfterAnother[algorithm] = await race(contenders, pace, (operation) =>
      oneAfterAnother(nothing, operation, pace),
    )
    const onPool = { ...contenders, 'bare node:crypto': bare(algorithm, privateKey, true) }
    results.inFlight[algorithm] = await race(onPool, pace, (operation) =>
      manyInFlight(nothing, operation, pace, IN_FLIGHT),
    )
  }
  return results
}

const nothing = () => undefined

function race(contenders, pace, sample) {
  const samples = Object.entries(contenders).map(([name, operation]) => [
    name,
    () => perSecond(sample(operation)),
  ])
  return interleave(Object.fromEntries(samples), pace)
}

async function perSecond(sample) {
  const { elapsed, cpu } = await sample
  return { perSecond: 1_000_000 / elapsed, cpu }
}

/** Nobody is measured whose tokens no service would take. */
async function requireGoodTokens(name, operation, keys) {
  const verify = createVerifier({ issuer: ISSUER, audience: AUDIENCE, profile: 'at+jwt', keys })
  const token = await operation()
  await requireHonest({ [`the verifier of ${name}`]: verify }, token, tampered(token))
}
