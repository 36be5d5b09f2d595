import { createSecretKey, randomBytes } from 'node:crypto'
import { createAuthenticator } from '../../src/authenticator.js'
import { ConfigurationError } from '../../src/outcome/configuration-error.js'
import { memoryReplayStore } from '../../src/state/memory-replay-store.js'
import { AUDIENCE, ISSUER, KEY, NOW } from '../attacks/support/forge.js'
import { proof, withProof } from './support/dpop.js'
import { outcomeOf, service } from './support/requests.js'

const SECRET = randomBytes(32)

/** The option that a ConfigurationError names. */
function complaintOf(options: object): string {
  try {
    createAuthenticator({ issuer: ISSUER, audience: AUDIENCE, keys: KEY.source, ...options })
  } catch (error) {
    if (error instanceof ConfigurationError) return error.option
    throw error
  }
  return 'none'
}

test.each([
  ['dpop.mode', { dpop: 'on' }],
  ['dpop.mode', { dpop: 'Required' }],
  ['dpop.mode', { dpop: '' }],
  ['dpop.mode', { dpop: {} }],
  ['dpop.mode', { dpop: { mode: true } }],
  ['dpop.mode', { dpop: { algorithms: ['ES256'] } }],
  ['dpop', { dpop: null }],
  ['dpop', { dpop: true }],
  ['dpop', { dpop: ['required'] }],
  ['dpop.algorithm', { dpop: { mode: 'required', algorithm: ['ES256'] } }],
  ['dpop.algorithms', { dpop: { mode: 'required', algorithms: [] } }],
  ['dpop.algorithms', { dpop: { mode: 'required', algorithms: 'ES256' } }],
  ['dpop.algorithms', { dpop: { mode: 'required', algorithms: ['HS256'] } }],
  ['dpop.algorithms', { dpop: { mode: 'required', algorithms: ['none'] } }],
  ['dpop.algorithms', { dpop: { mode: 'required', algorithms: ['ES256', 'ES256'] } }],
  ['dpop.algorithms', { dpop: { mode: 'required', algorithms: [null] } }],
  ['dpop.maxProofAge', { dpop: { mode: 'required', maxProofAge: 0 } }],
  ['dpop.maxProofAge', { dpop: { mode: 'required', maxProofAge: 601 } }],
  ['dpop.maxProofAge', { dpop: { mode: 'required', maxProofAge: -1 } }],
  ['dpop.maxProofAge', { dpop: { mode: 'required', maxProofAge: Number.NaN } }],
  ['dpop.maxProofAge', { dpop: { mode: 'required', maxProofAge: '60' } }],
  ['dpop.replay', { dpop: { mode: 'required', replay: null } }],
  ['dpop.replay', { dpop: { mode: 'required', replay: {} } }],
  ['dpop.replay', { dpop: { mode: 'required', replay: new Map() } }],
  ['dpop.nonceSecret', { dpop: { mode: 'required', nonceSecret: SECRET.subarray(1) } }],
  ['dpop.nonceSecret', { dpop: { mode: 'required', nonceSecret: 'x'.repeat(64) } }],
  ['dpop.nonceSecret', { dpop: { mode: 'required', nonceSecret: createSecretKey(SECRET) } }],
  ['dpop.nonceSecret', { dpop: { mode: 'required', nonceSecret: null } }],
  ['mutualTls.mode', { mutualTls: 'on' }],
  ['mutualTls', { mutualTls: null }],
  ['mutualTls', { mutualTls: true }],
  ['mutualTls.certificate', { mutualTls: { mode: 'required', certificate: 'client-cert' } }],
  ['mutualTls.certificate', { mutualTls: { mode: 'required', certificate: null } }],
  [
    'mutualTls.certificate.header',
    { mutualTls: { mode: 'required', certificate: { header: 'client-cert' } } },
  ],
  ['mutualTls.certificate.trustedProxyHeader', { mutualTls: { mode: 'required', certificate: {} } }],
  [
    'mutualTls.certificate.trustedProxyHeader',
    { mutualTls: { mode: 'required', certificate: { trustedProxyHeader: 'client cert' } } },
  ],
  [
    'mutualTls.certificate.trustedProxyHeader',
    { mutualTls: { mode: 'required', certificate: { trustedProxyHeader: '' } } },
  ],
  ['csrf', { csrf: 'off' }],
  ['csrf', { csrf: true }],
  ['csrf', { csrf: ['https://shop.example.com'] }],
  ['csrf.origins', { csrf: {} }],
  ['csrf.origins', { csrf: { origins: [] } }],
  ['csrf.origins', { csrf: { origins: ['shop.example.com'] } }],
  ['csrf.origins', { csrf: { origins: ['https://shop.example.com/'] } }],
  ['csrf.origins', { csrf: { origins: ['https://*.example.com'] } }],
  ['csrf.origins', { csrf: { origins: ['ftp://shop.example.com'] } }],
  ['csrf.origins', { csrf: { origins: ['null'] } }],
  ['csrf.origins', { csrf: { origins: ['*'] } }],
  ['csrf.origin', { csrf: { origin: 'https://shop.example.com' } }],
  ['publicOrigin', { publicOrigin: 'https://api.example.com/' }],
  ['publicOrigin', { publicOrigin: 'https://api.example.com/v1' }],
  ['publicOrigin', { publicOrigin: 'https://API.example.com' }],
  ['publicOrigin', { publicOrigin: 'https://api.example.com:443' }],
  ['publicOrigin', { publicOrigin: 'https://mia@api.example.com' }],
  ['publicOrigin', { publicOrigin: 'api.example.com' }],
  ['publicOrigin', { publicOrigin: 'wss://api.example.com' }],
  ['replay', { replay: {} }],
  ['replay', { replay: true }],
  ['revocation', { revocation: true }],
  ['revocation.isrevoked', { revocation: { isrevoked: () => false } }],
  ['revocation.store', { revocation: { onUnavailable: 'allow' } }],
  [
    'revocation.onUnavailable',
    { revocation: { store: { isRevoked: () => false }, onUnavailable: 'ignore' } },
  ],
  ['revocation.onUnavailable', { revocation: { store: { isRevoked: () => false }, onUnavailable: null } }],
])('%s is named: %j', (option, options) => {
  expect(complaintOf(options)).toBe(option)
})

test('what is right is taken', () => {
  expect(
    complaintOf({
      dpop: { mode: 'required', algorithms: ['ES256', 'PS512'], maxProofAge: 1, nonceSecret: SECRET },
      mutualTls: { mode: 'optional', certificate: { trustedProxyHeader: 'Client-Cert' } },
      csrf: { origins: ['https://shop.example.com', 'http://localhost:3000'] },
      publicOrigin: 'http://localhost:3000',
      replay: memoryReplayStore(),
      revocation: { store: { isRevoked: () => false }, onUnavailable: 'allow' },
    }),
  ).toBe('none')
  expect(complaintOf({ dpop: undefined, mutualTls: 'off', csrf: 'unprotected' })).toBe('none')
})

test('options are read once', async () => {
  const dpop = { mode: 'required' as 'required' | 'off', algorithms: ['ES256' as const] }
  const authenticate = service({ dpop })
  dpop.mode = 'off'
  dpop.algorithms.length = 0
  expect(await outcomeOf(authenticate, withProof(proof()))).toBe('accepted')
  expect(await outcomeOf(authenticate, withProof([]))).toBe('dpop_proof_invalid')
})

test('the clock of the service is that of its proofs, and of the store that it makes', async () => {
  let now = NOW + 10_000
  const authenticate = service({
    dpop: 'required',
    clock: () => now,
    clockTolerance: 300,
    maxTokenAge: 20_000,
  })
  expect(await outcomeOf(authenticate, withProof(proof({ claims: { iat: now } })))).toBe('token_expired')
  now = NOW + 100
  const sent = withProof(proof({ claims: { iat: now } }))
  expect(await outcomeOf(authenticate, sent)).toBe('accepted')
  expect(await outcomeOf(authenticate, sent)).toBe('dpop_proof_replayed')
})
