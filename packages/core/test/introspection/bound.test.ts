import { createAuthenticator, type AuthRequest } from '@portcullis/core'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { active, closeScenes, NOW, openScene, refusalOf } from './support/scene.js'

afterEach(closeScenes)

const URL = 'https://orders.example.com/orders'
const TOKEN = 'opaque-token'
const sha256 = (octets: string | Uint8Array) => createHash('sha256').update(octets).digest('base64url')

async function createHolder() {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    proof: (token = TOKEN) =>
      new SignJWT({ htm: 'GET', htu: URL, jti: randomUUID(), iat: NOW, ath: sha256(token) })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .sign(privateKey),
  }
}

const requestWith = (
  headers: Readonly<Record<string, string>>,
  clientCertificate?: Uint8Array,
): AuthRequest => ({
  method: 'GET',
  url: URL,
  header: (name) => (headers[name] === undefined ? [] : [headers[name]]),
  clientCertificate,
})

test('an opaque token that is bound to a key is worth nothing without the proof of that key', async () => {
  const { endpoint, options } = await openScene()
  const authenticate = createAuthenticator({ ...options, dpop: 'optional' })
  const holder = await createHolder()
  const thief = await createHolder()
  endpoint.answer(active({ token_type: 'DPoP', cnf: { jkt: holder.thumbprint } }))

  const refused = async (headers: Readonly<Record<string, string>>) =>
    (await refusalOf(authenticate(requestWith(headers)))).code
  expect(await refused({ authorization: `Bearer ${TOKEN}` })).toBe('proof_required')
  expect(await refused({ authorization: `DPoP ${TOKEN}` })).toBe('dpop_proof_invalid')
  expect(await refused({ authorization: `DPoP ${TOKEN}`, dpop: await thief.proof() })).toBe(
    'proof_key_mismatch',
  )
  expect(await refused({ authorization: `DPoP ${TOKEN}`, dpop: await holder.proof('other') })).toBe(
    'dpop_proof_invalid',
  )

  const auth = await authenticate(requestWith({ authorization: `DPoP ${TOKEN}`, dpop: await holder.proof() }))
  expect(auth.subject).toBe('alice')
})

test('an opaque token that is bound to a certificate needs a connection with that certificate', async () => {
  const { endpoint, options } = await openScene()
  const authenticate = createAuthenticator({ ...options, mutualTls: 'optional' })
  const [ours, others] = [randomBytes(500), randomBytes(500)]
  endpoint.answer(active({ cnf: { 'x5t#S256': sha256(ours) } }))

  const headers = { authorization: `Bearer ${TOKEN}` }
  expect((await refusalOf(authenticate(requestWith(headers)))).code).toBe('certificate_mismatch')
  expect((await refusalOf(authenticate(requestWith(headers, others)))).code).toBe('certificate_mismatch')
  expect((await authenticate(requestWith(headers, ours))).subject).toBe('alice')
})

test('an opaque token that is bound to nothing is refused where binding is required', async () => {
  const { options } = await openScene()
  const authenticate = createAuthenticator({ ...options, dpop: 'required' })
  const bearer = requestWith({ authorization: `Bearer ${TOKEN}` })
  expect((await refusalOf(authenticate(bearer))).code).toBe('proof_required')
})
