import {
  createHash,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
  verify as verifySignature,
  X509Certificate,
} from 'node:crypto'
import { createAuthenticator, createVerifier, memoryRevocationStore } from '@portcullis/core'
import { auth } from 'express-oauth2-jwt-bearer'
import { calculateJwkThumbprint, compactDecrypt, CompactEncrypt } from 'jose'
import { serveJwks } from '../contenders/jwks-endpoint.mjs'
import { keysOf } from '../contenders/portcullis.mjs'
import { AUDIENCE, claimsOf, ISSUER, jwkOf, makeKeys, makeToken } from '../contenders/signed-tokens.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { oneAfterAnother } from '../measuring/samples.mjs'
import { comparison, figure, table } from '../measuring/table.mjs'

/** A test certificate; its key is nowhere, since only the certificate's digest is looked at. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIURf6GD6QcxaKqKjDkIOHstUeIBdAwCgYIKoZIzj0EAwIw
JTEjMCEGA1UEAwwaYmVuY2htYXJrIHRlc3QgY2VydGlmaWNhdGUwIBcNMjYxMTIy
MDMzMTEzWhgPMjEyNjEwMjkwMzMxMTNaMCUxIzAhBgNVBAMMGmJlbmNobWFyayB0
ZXN0IGNlcnRpZmljYXRlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4JXXVD1S
UO2oVrJq2Dxq1JSWhRlZ8iuMaLtUKbQ3pIFbkvImoSApHTuLz63DV1dIu9L/DAr7
RZIrlRQSTiDLGqNTMFEwHQYDVR0OBBYEFCFkU8AUkfpLeL12z7iodNdPcAY/MB8G
A1UdIwQYMBaAFCFkU8AUkfpLeL12z7iodNdPcAY/MA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSAAwRQIhAIVdmi3fCOgZHKf2qrUQiTWatA6RSwBFRGYlpQfq
c1mnAiBKFtjfYP2TLRZ0lFDzX3OxRLMIFm1MS+H1+u/hYE3oCw==
-----END CERTIFICATE-----
`
const TARGET = 'https://orders.example.com/orders'
const REVOCATIONS = [0, 1000, 1_000_000]
const base64url = (data) => createHash('sha256').update(data).digest('base64url')

/** What it costs to see that a token belongs to its sender, is readable, and was not called back. */
export async function measure(pace, progress) {
  const issuerKeys = makeKeys('ES256')
  const options = { issuer: ISSUER, audience: AUDIENCE, keys: keysOf('ES256', issuerKeys.publicKey) }
  progress('DPoP')
  const dpop = await measureDpop(options, issuerKeys, pace)
  progress('client certificates')
  const mutualTls = await measureMutualTls(options, issuerKeys, pace)
  progress('encrypted tokens')
  const encrypted = await measureEncrypted(options, issuerKeys, pace)
  progress('revocation')
  const revocation = await measureRevocation(options, issuerKeys, pace)
  return { dpop, mutualTls, encrypted, revocation }
}

/** The access token is the same each time, and so remembered; each proof is new. */
async function measureDpop(options, issuerKeys, pace) {
  const client = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = client.publicKey.export({ format: 'jwk' })
  const jkt = await calculateJwkThumbprint(jwk)
  const token = await makeToken('ES256', issuerKeys.privateKey, claimsOf('mia', { cnf: { jkt } }))
  const header = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk })).toString('base64url')
  const proof = () => {
    const claims = {
      htm: 'GET',
      htu: TARGET,
      iat: Math.floor(Date.now() / 1000),
      jti: randomUUID(),
      ath: base64url(token),
    }
    const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
    const signature = sign('sha256', Buffer.from(input), {
      key: client.privateKey,
      dsaEncoding: 'ieee-p1363',
    })
    return `${input}.${signature.toString('base64url')}`
  }
  const authenticate = createAuthenticator({ ...options, dpop: 'required' })
  const endpoint = await serveJwks(jwkOf('ES256', issuerKeys.publicKey))
  const auth0 = auth0Middleware(endpoint.jwksUri)
  const bare = (text) => {
    const dot = text.lastIndexOf('.')
    const signature = Buffer.from(text.slice(dot + 1), 'base64url')
    const input = { key: client.publicKey, dsaEncoding: 'ieee-p1363' }
    return verifySignature('sha256', Buffer.from(text.slice(0, dot)), input, signature)
  }
  const contenders = {
    'bare node:crypto': bare,
    portcullis: (text) => authenticate(requestOf({ authorization: `DPoP ${token}`, dpop: text })),
    'express-oauth2-jwt-bearer': (text) => auth0(token, text),
  }
  for (const [name, operation] of Object.entries(contenders)) await requireAnswer(name, operation, proof())
  const results = { 'one proof': await race(contenders, proof, pace) }
  endpoint.close()
  return results
}

/** Its middleware, called as Express would call it; it keeps no proof, so that replays pass. */
function auth0Middleware(jwksUri) {
  const middleware = auth({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri,
    tokenSigningAlg: 'ES256',
    dpop: { enabled: true, required: true },
  })
  return (token, proof) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `DPoP ${token}`, dpop: proof, host: 'orders.example.com' }
      const request = {
        method: 'GET',
        url: '/orders',
        originalUrl: '/orders',
        protocol: 'https',
        host: 'orders.example.com',
        hostname: 'orders.example.com',
        headers,
        rawHeaders: Object.entries(headers).flat(),
        query: {},
        get: (name) => headers[name.toLowerCase()],
        is: () => false,
        app: { get: () => () => false, enabled: () => false },
        socket: {},
      }
      middleware(request, {}, (error) => (error === undefined ? resolve(request.auth) : reject(error)))
    })
}

async function measureMutualTls(options, issuerKeys, pace) {
  const certificate = new X509Certificate(CERTIFICATE)
  const thumbprint = base64url(certificate.raw)
  const claims = claimsOf('mia', { cnf: { 'x5t#S256': thumbprint } })
  const token = await makeToken('ES256', issuerKeys.privateKey, claims)
  const plain = await makeToken('ES256', issuerKeys.privateKey, claimsOf('mia'))
  const bound = createAuthenticator({ ...options, mutualTls: 'required' })
  const unbound = createAuthenticator(options)
  const contenders = {
    'bare node:crypto': () => base64url(certificate.raw) === thumbprint,
    portcullis: () =>
      bound({ ...requestOf({ authorization: `Bearer ${token}` }), clientCertificate: certificate.raw }),
    'portcullis, a bearer token': () => unbound(requestOf({ authorization: `Bearer ${plain}` })),
  }
  for (const [name, operation] of Object.entries(contenders)) await requireAnswer(name, operation)
  return { 'one request': await race(contenders, () => undefined, pace) }
}

async function measureEncrypted(options, issuerKeys, pace) {
  const secret = createSecretKey(randomBytes(32))
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = { dir: secret, 'RSA-OAEP-256': publicKey }
  const results = {}
  for (const [algorithm, key] of Object.entries(keys)) {
    const inner = await makeToken('ES256', issuerKeys.privateKey, claimsOf('mia'))
    const token = await new CompactEncrypt(Buffer.from(inner))
      .setProtectedHeader({ alg: algorithm, enc: 'A256GCM', cty: 'JWT' })
      .encrypt(key)
    const opening = algorithm === 'dir' ? secret : privateKey
    const contenders = {
      'jose, opened only': () => compactDecrypt(token, opening),
      'portcullis, opened and verified': createVerifier({
        ...options,
        cacheSize: 0,
        decryption: { keys: [{ algorithm, key: opening }] },
      }),
    }
    for (const [name, operation] of Object.entries(contenders)) await requireAnswer(name, operation, token)
    results[algorithm] = await race(contenders, () => token, pace)
  }
  return results
}

async function measureRevocation(options, issuerKeys, pace) {
  const token = await makeToken('ES256', issuerKeys.privateKey, claimsOf('mia', { sid: 'session-1' }))
  const until = Math.floor(Date.now() / 1000) + 7200
  const contenders = { 'no store': createVerifier(options) }
  for (const wanted of REVOCATIONS) {
    const count = wanted === 0 ? 0 : shareOf(wanted, pace)
    const store = memoryRevocationStore()
    for (let entry = 0; entry < count; entry++)
      store.revoke({ issuer: ISSUER, tokenId: `token-${entry}`, until })
    contenders[`${wanted} revocations`] = createVerifier({ ...options, revocation: store })
  }
  for (const [name, operation] of Object.entries(contenders)) await requireAnswer(name, operation, token)
  return race(contenders, () => token, pace)
}

function race(contenders, next, pace) {
  const samples = Object.entries(contenders).map(([name, operation]) => [
    name,
    () => oneAfterAnother(next, operation, pace),
  ])
  return interleave(Object.fromEntries(samples), pace)
}

async function requireAnswer(name, operation, item) {
  const answer = await operation(item)
  if (answer === false || answer === undefined) throw new Error(`${name} refuses what is good`)
}

const requestOf = (headers) => ({
  method: 'GET',
  url: TARGET,
  header: (name) => (headers[name] === undefined ? [] : [headers[name]]),
})

export function print({ dpop, mutualTls, encrypted, revocation }) {
  return [
    comparison('DPoP, a new proof each time: µs', dpop, 'elapsed', 'bare node:crypto'),
    comparison(
      'client certificate, remembered token: µs',
      mutualTls,
      'elapsed',
      'portcullis, a bearer token',
    ),
    comparison('encrypted token: µs', encrypted, 'elapsed', 'jose, opened only'),
    table(
      ['revocation, remembered token', 'µs'],
      Object.entries(revocation).map(([name, { elapsed }]) => [name, figure(elapsed)]),
    ),
  ].join('\n\n')
}
