import { AuthError } from '../../src/outcome/auth-error.js'
import { createDpopProofs, type DpopProofsOptions } from '../../src/proof/dpop-proofs.js'
import { memoryReplayStore } from '../../src/state/memory-replay-store.js'
import { NOW } from '../attacks/support/forge.js'
import { clientKey, proof, thumbprintOf } from './support/dpop.js'
import { ADDRESS, request } from './support/requests.js'

const THUMBPRINT = thumbprintOf(clientKey().publicJwk)
const proofs = (options: DpopProofsOptions = {}) => createDpopProofs({ clock: () => NOW, ...options })
/** A proof as a token endpoint gets it: made for no token. */
const proofFor = (claims: object = {}, header: Readonly<Record<string, unknown>> = {}) =>
  proof({ claims: { ath: undefined, ...claims }, header })
const sent = (dpop: string | readonly string[] | undefined, method = 'GET') =>
  request({ method, headers: { dpop } })

async function refusalOf(checking: Promise<unknown>): Promise<AuthError> {
  const error: unknown = await checking.catch((refusal: unknown) => refusal)
  if (error instanceof AuthError) return error
  throw new Error('It was not refused', { cause: error })
}

test('a proof for no token tells the thumbprint of its key', async () => {
  expect(await proofs().check(sent(proofFor()))).toEqual({ thumbprint: THUMBPRINT })
  expect(proofs().algorithms).toContain('ES256')
  expect(proofs().nonce()).toBeUndefined()
})

test.each([
  ['no proof', undefined],
  ['two proofs', [proofFor(), proofFor()]],
  ['two proofs in one header', `${proofFor()}, ${proofFor()}`],
  ['a proof for a token', proof()],
  ['a digest that is no text', proofFor({ ath: null })],
  ['another method', proofFor({ htm: 'POST' })],
  ['another URL', proofFor({ htu: `${ADDRESS}/1` })],
  ['another host', proofFor({ htu: 'https://evil.example.com/orders' })],
  ['an old one', proofFor({ iat: NOW - 66 })],
  ['one of the future', proofFor({ iat: NOW + 6 })],
  ['no id', proofFor({ jti: undefined })],
  ['an id without end', proofFor({ jti: 'x'.repeat(257) })],
  ['another type', proofFor({}, { typ: 'JWT' })],
  ['no signature', proofFor({}, { alg: 'none' })],
])('%s is refused', async (_, dpop) => {
  expect((await refusalOf(proofs().check(sent(dpop)))).code).toBe('dpop_proof_invalid')
})

test('a proof counts once, and one that cannot be remembered does not count', async () => {
  const endpoint = proofs()
  const once = proofFor()
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => endpoint.check(sent(once))))
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect((await refusalOf(endpoint.check(sent(once)))).code).toBe('dpop_proof_replayed')

  const full = proofs({ replay: memoryReplayStore({ capacity: 1, clock: () => NOW }) })
  await full.check(sent(proofFor()))
  expect(await refusalOf(full.check(sent(proofFor())))).toMatchObject({
    code: 'state_unavailable',
    status: 503,
  })
})

test('a nonce is asked for, told, and taken', async () => {
  const endpoint = proofs({ nonceSecret: new Uint8Array(32).fill(7) })
  const { code, headers } = await refusalOf(endpoint.check(sent(proofFor())))
  expect([code, headers['DPoP-Nonce']]).toEqual(['dpop_nonce_required', endpoint.nonce()])
  expect(await endpoint.check(sent(proofFor({ nonce: endpoint.nonce() })))).toEqual({
    thumbprint: THUMBPRINT,
  })
  expect((await refusalOf(endpoint.check(sent(proofFor({ nonce: 'x' }))))).code).toBe('dpop_nonce_required')
})

test.each([
  [{ maxProofAge: 0 }, 'dpop.maxProofAge'],
  [{ algorithms: ['HS256'] }, 'dpop.algorithms'],
  [{ nonceSecret: new Uint8Array(31) }, 'dpop.nonceSecret'],
  [{ maxAge: 5 }, 'dpop.maxAge'],
  [{ clock: () => NOW * 1000 }, 'clock'],
])('options %j are refused', (options, option) => {
  const wrong = options as DpopProofsOptions
  expect(() => createDpopProofs(wrong)).toThrow(expect.objectContaining({ option }) as Error)
})
