import { createHmac, randomBytes } from 'node:crypto'
import { createDpopNonces } from '../../src/proof/dpop-nonce.js'
import { NOW } from '../attacks/support/forge.js'
import { proof, withProof } from './support/dpop.js'
import { outcomeOf, refusalOf, service } from './support/requests.js'
import { outcomes } from './support/tables.js'

const SECRET = randomBytes(32)
const SLOT = 300
const nonces = createDpopNonces(SECRET)
const serve = () => service({ dpop: { mode: 'required', nonceSecret: SECRET } })
const withNonce = (nonce: unknown) => () => withProof(proof({ claims: { nonce } }))
const [slot = '', mac = ''] = nonces.current(NOW).split('.')

outcomes('attack 221: a nonce of this service', 'accepted', serve, {
  'the current one': withNonce(nonces.current(NOW)),
  'the one of the slot of time before': withNonce(nonces.current(NOW - SLOT)),
  'of another process with the same secret': withNonce(createDpopNonces(Buffer.from(SECRET)).current(NOW)),
})

outcomes('attack 221: no nonce of this service', 'dpop_nonce_required', serve, {
  missing: () => withProof(),
  empty: withNonce(''),
  'of two slots before': withNonce(nonces.current(NOW - 2 * SLOT)),
  'of the next slot': withNonce(nonces.current(NOW + SLOT)),
  'of another secret': withNonce(createDpopNonces(randomBytes(32)).current(NOW)),
  'made up': withNonce('eyJ7S_zG.eyJH0-Z.HX4w-7v'),
  'the current slot with another MAC': withNonce(
    `${slot}.${mac.slice(0, -1)}${mac.endsWith('A') ? 'B' : 'A'}`,
  ),
  'the current MAC on another slot': withNonce(`${slot}0.${mac}`),
  'the current one with something behind': withNonce(`${slot}.${mac}.`),
  'the slot alone': withNonce(slot),
  'a MAC without the purpose': withNonce(
    `${slot}.${createHmac('sha256', SECRET).update(slot).digest('base64url')}`,
  ),
  'with a line break': withNonce(`${slot}.${mac}\n`),
})

test('the refusal hands out the current nonce, and the client comes back with it', async () => {
  const authenticate = serve()
  const error = await refusalOf(authenticate, withProof())
  expect(error.status).toBe(401)
  expect(error.headers).toEqual({
    'Cache-Control': 'no-store',
    'DPoP-Nonce': nonces.current(NOW),
    'WWW-Authenticate':
      'DPoP error="use_dpop_nonce", error_description="The DPoP proof needs the nonce of this service", ' +
      'algs="ES256 ES384 ES512 EdDSA Ed25519 PS256 RS256"',
  })
  // NQCHAR of RFC 9449 section 8.1, of which nothing can break a header.
  expect(error.headers['DPoP-Nonce']).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
  expect(await outcomeOf(authenticate, withNonce(error.headers['DPoP-Nonce'])())).toBe('accepted')
})

test('nonces rotate, and each lives for one slot of time more than its own', async () => {
  let now = NOW - (NOW % SLOT)
  const authenticate = service({ dpop: { mode: 'required', nonceSecret: SECRET }, clock: () => now })
  const first = nonces.current(now)
  const outcomeAt = async (second: number) => {
    now = NOW - (NOW % SLOT) + second
    return await outcomeOf(authenticate, withProof(proof({ claims: { nonce: first, iat: now } })))
  }
  expect(await outcomeAt(0)).toBe('accepted')
  expect(await outcomeAt(SLOT - 0.5)).toBe('accepted')
  expect(nonces.current(now)).toBe(first)
  expect(await outcomeAt(2 * SLOT - 1)).toBe('accepted')
  expect(nonces.current(now)).not.toBe(first)
  expect(await outcomeAt(2 * SLOT)).toBe('dpop_nonce_required')
})

test('a good nonce makes no other check superfluous', async () => {
  const nonce = nonces.current(NOW)
  const outcomeWith = (claims: object) =>
    outcomeOf(serve(), withProof(proof({ claims: { nonce, ...claims } })))
  expect(await outcomeWith({ iat: NOW - 300 })).toBe('dpop_proof_invalid')
  expect(await outcomeWith({ htm: 'POST' })).toBe('dpop_proof_invalid')
  expect(await outcomeWith({ ath: 'x' })).toBe('dpop_proof_invalid')
})

test('the proof of a stranger is not answered with a nonce', async () => {
  const error = await refusalOf(serve(), withProof('garbage'))
  expect(error.headers).not.toHaveProperty('DPoP-Nonce')
})

test('a service without a secret asks for none, and ignores one of another server', async () => {
  expect(await outcomeOf(service({ dpop: 'required' }), withNonce('of-another-server')())).toBe('accepted')
})

test('what is written into the secret afterwards changes nothing', async () => {
  const bytes = randomBytes(32)
  const authenticate = service({ dpop: { mode: 'required', nonceSecret: bytes } })
  const nonce = createDpopNonces(Buffer.from(bytes)).current(NOW)
  bytes.fill(0)
  expect(await outcomeOf(authenticate, withNonce(nonce)())).toBe('accepted')
  expect(await outcomeOf(authenticate, withNonce(createDpopNonces(bytes).current(NOW))())).toBe(
    'dpop_nonce_required',
  )
})

test('a proof that lacks the nonce is not used up', async () => {
  const authenticate = serve()
  const claims = { jti: 'the-same', nonce: undefined }
  expect(await outcomeOf(authenticate, withProof(proof({ claims })))).toBe('dpop_nonce_required')
  const again = proof({ claims: { ...claims, nonce: nonces.current(NOW) } })
  expect(await outcomeOf(authenticate, withProof(again))).toBe('accepted')
})

test('a clock that answers no number accepts no nonce', () => {
  expect(nonces.accepts(nonces.current(Number.NaN), Number.NaN)).toBe(false)
})
