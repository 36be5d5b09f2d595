import { decodeJwt } from 'jose'
import { memoryReplayStore } from '@portcullis/core'
import { staticClients, TOKEN_EXCHANGE, type IssuerOptions } from '@portcullis/issuer'
import { basic, ISSUER, json, ORDERS_SECRET, post, setUp } from './support/bench.ts'
import { createProver } from './support/dpop.ts'

interface Answer {
  readonly status: number
  readonly error?: string
  readonly token_type: string
  readonly access_token: string
  readonly refresh_token: string
  readonly nonce: string | null
}

async function setUpWithKey(options: Partial<IssuerOptions> = {}) {
  const bench = setUp(options)
  const prover = await createProver(bench.clock)
  const ask = async (form: Record<string, string>, headers: Record<string, string>) => {
    const response = await bench.issuer.token(post('/token', form, headers))
    const nonce = response.headers.get('dpop-nonce')
    return { ...(await json(response)), nonce } as unknown as Answer
  }
  const own = (dpop?: string) =>
    ask(
      { grant_type: 'client_credentials' },
      { ...basic('orders', ORDERS_SECRET), ...(dpop === undefined ? {} : { dpop }) },
    )
  const refresh = (refresh_token: string, dpop?: string) =>
    ask({ grant_type: 'refresh_token', client_id: 'web', refresh_token }, dpop === undefined ? {} : { dpop })
  return { ...bench, ...prover, ask, own, refresh }
}
const keyOf = (token: string) => decodeJwt<{ cnf?: { jkt: string } }>(token).cnf?.jkt

test('a proof binds the token to its key, and a token without one is a bearer token', async () => {
  const { own, prove, thumbprint } = await setUpWithKey()
  const bound = await own(await prove())
  expect([bound.status, bound.token_type, keyOf(bound.access_token)]).toEqual([200, 'DPoP', thumbprint])
  const bearer = await own()
  expect([bearer.status, bearer.token_type, keyOf(bearer.access_token)]).toEqual([200, 'Bearer', undefined])
})

const WRONG: Readonly<Record<string, Parameters<Awaited<ReturnType<typeof createProver>>['prove']>[0]>> = {
  'for another method': { claims: { htm: 'GET' } },
  'for another endpoint': { claims: { htu: `${ISSUER}/revoke` } },
  'for another host': { claims: { htu: 'https://evil.example.com/token' } },
  'without a URL': { claims: { htu: undefined } },
  'for an access token': { claims: { ath: 'A'.repeat(43) } },
  'that is old': { claims: { iat: 1_800_000_000 - 66 } },
  'of the future': { claims: { iat: 1_800_000_000 + 6 } },
  'without an id': { claims: { jti: undefined } },
  'with an id without end': { claims: { jti: 'x'.repeat(257) } },
  'of another type': { header: { typ: 'jwt' } },
  'with a key in another form': { header: { jwk: { kty: 'oct', k: 'AAAA' } } },
}
test.each(Object.entries(WRONG))('a proof %s is refused', async (_, parts) => {
  const { own, prove } = await setUpWithKey()
  expect(await own(await prove(parts))).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })
})

test.each([
  ['no JWT', 'x'],
  ['longer than any proof', 'x'.repeat(20_000)],
  ['empty', ''],
])('a proof that is %s is refused', async (_, dpop) => {
  const { own } = await setUpWithKey()
  expect(await own(dpop)).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })
})

test('two proofs are refused', async () => {
  const { own, prove } = await setUpWithKey()
  const both = `${await prove()}, ${await prove()}`
  expect(await own(both)).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })
})

test('a proof counts once, whoever sends it again', async () => {
  const { own, refresh, prove, issuer } = await setUpWithKey()
  const once = await prove()
  const answers = await Promise.all(Array.from({ length: 10 }, () => own(once)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ error }) => error === 'invalid_dpop_proof')).toHaveLength(9)
  const { refreshToken = '' } = await issuer.signIn({ subject: 'alice', clientId: 'web' })
  expect(await refresh(refreshToken, once)).toMatchObject({ error: 'invalid_dpop_proof' })
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('proofs that cannot be remembered do not count: 503, and nothing forgotten', async () => {
  const replay = memoryReplayStore({ capacity: 1, clock: () => 1_800_000_000 })
  const { own, prove } = await setUpWithKey({ replay })
  const first = await prove()
  expect((await own(first)).status).toBe(200)
  expect(await own(await prove())).toMatchObject({ status: 503, error: 'temporarily_unavailable' })
  expect(await own(first)).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })
})

test('an unknown client gets no say of its proof', async () => {
  const { ask, prove } = await setUpWithKey()
  const dpop = await prove()
  const form = { grant_type: 'client_credentials' }
  expect(await ask(form, { ...basic('orders', 'wrong'), dpop })).toMatchObject({ error: 'invalid_client' })
  expect((await ask(form, { ...basic('orders', ORDERS_SECRET), dpop })).status).toBe(200)
})

test('a nonce of the issuer is asked for, handed on, and good for ten minutes at most', async () => {
  const dpop = { mode: 'optional', nonceSecret: new Uint8Array(32).fill(7) } as const
  const { own, prove, clock } = await setUpWithKey({ dpop })
  const asked = await own(await prove())
  expect(asked).toMatchObject({ status: 400, error: 'use_dpop_nonce' })
  const answer = await own(await prove({ claims: { nonce: asked.nonce } }))
  expect([answer.status, answer.nonce]).toEqual([200, asked.nonce])
  clock.advance(601)
  const late = await own(await prove({ claims: { nonce: asked.nonce } }))
  expect(late).toMatchObject({ status: 400, error: 'use_dpop_nonce' })
  expect(late.nonce).not.toBe(asked.nonce)
  expect((await own(await prove({ claims: { nonce: 1 } }))).error).toBe('invalid_dpop_proof')
  expect((await own()).nonce).toBeNull()
})

test('where proofs are required, no token is had without one', async () => {
  const { own, refresh, prove, issuer } = await setUpWithKey({ dpop: 'required' })
  expect(await own()).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })
  expect((await own(await prove())).token_type).toBe('DPoP')
  await expect(issuer.signIn({ subject: 'alice', clientId: 'web' })).rejects.toMatchObject({
    code: 'proof_required',
  })
  expect((await refresh('rt_x')).error).toBe('invalid_dpop_proof')
})

test('a client that is registered for bound tokens gets no others, whatever the issuer looks at', async () => {
  const client = {
    id: 'bound',
    authentication: { method: 'none' },
    grants: ['refresh_token'],
    access: { 'orders-api': [] },
    dpopBound: true,
  } as const
  for (const dpop of ['optional', 'off'] as const) {
    const { issuer, ask } = await setUpWithKey({ dpop, clients: staticClients([client]) })
    const form = { grant_type: 'refresh_token', client_id: 'bound', refresh_token: 'rt_x' }
    expect((await ask(form, {})).error).toBe('invalid_dpop_proof')
    await expect(issuer.signIn({ subject: 'alice', clientId: 'bound' })).rejects.toMatchObject({
      code: 'proof_required',
    })
  }
})

test('switched off, proofs are ignored and nothing is bound to what nobody looks at', async () => {
  const { own, prove, issuer, thumbprint } = await setUpWithKey({ dpop: 'off' })
  expect((await own(await prove({ claims: { htm: 'GET' } }))).token_type).toBe('Bearer')
  const request = { subject: 'alice', clientId: 'web', keyThumbprint: thumbprint }
  await expect(issuer.signIn(request)).rejects.toMatchObject({ code: 'claim_invalid', subject: 'cnf' })
})

describe('a sign-in that is bound to a key', () => {
  async function signedIn(bound = true) {
    const bench = await setUpWithKey()
    const keyThumbprint = bound ? { keyThumbprint: bench.thumbprint } : {}
    const signedIn = await bench.issuer.signIn({ subject: 'alice', clientId: 'web', ...keyThumbprint })
    return { ...bench, ...signedIn, refreshToken: signedIn.refreshToken! }
  }

  test('gives bound tokens, which its owner refreshes', async () => {
    const { accessToken, tokenType, refreshToken, refresh, prove, thumbprint } = await signedIn()
    expect([tokenType, keyOf(accessToken)]).toEqual(['DPoP', thumbprint])
    const next = await refresh(refreshToken, await prove())
    expect([next.token_type, keyOf(next.access_token)]).toEqual(['DPoP', thumbprint])
    expect((await refresh(next.refresh_token, await prove())).status).toBe(200)
  })

  test('is not refreshed without its key, and does not end by the attempt', async () => {
    const { refreshToken, refresh, prove, clock } = await signedIn()
    const thief = await createProver(clock)
    expect(await refresh(refreshToken)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await refresh(refreshToken, await thief.prove())).toMatchObject({ error: 'invalid_grant' })
    const next = await refresh(refreshToken, await prove())
    expect(next.status).toBe(200)
    expect(await refresh(refreshToken, await thief.prove())).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(next.refresh_token, await prove())).status).toBe(200)
  })

  test('becomes one by the first refresh with a proof', async () => {
    const { refreshToken, refresh, prove, clock } = await signedIn(false)
    const { refresh_token: next } = await refresh(refreshToken, await prove())
    expect(await refresh(next)).toMatchObject({ error: 'invalid_grant' })
    const other = await createProver(clock)
    expect(await refresh(next, await other.prove())).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(next, await prove())).status).toBe(200)
  })

  test('of a client that proves itself may change its key, and never turns into bearer tokens', async () => {
    const clients = setUp().clients
    const orders = { ...(await clients.find('orders'))!, grants: ['refresh_token'] as const }
    const { issuer, ask, prove, thumbprint, clock } = await setUpWithKey({ clients: staticClients([orders]) })
    const { refreshToken = '' } = await issuer.signIn({
      subject: 'alice',
      clientId: 'orders',
      keyThumbprint: thumbprint,
    })
    const other = await createProver(clock)
    const refresh = async (refresh_token: string, dpop: Record<string, string>) =>
      ask({ grant_type: 'refresh_token', refresh_token }, { ...basic('orders', ORDERS_SECRET), ...dpop })
    expect(await refresh(refreshToken, {})).toMatchObject({ error: 'invalid_grant' })
    const next = await refresh(refreshToken, { dpop: await other.prove() })
    expect(keyOf(next.access_token)).toBe(other.thumbprint)
    expect(await refresh(next.refresh_token, {})).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(next.refresh_token, { dpop: await prove() })).status).toBe(200)
  })
})

test.each(['', 'x', 'A'.repeat(44)])('%j is no thumbprint to sign in with', async (keyThumbprint) => {
  const signingIn = setUp().issuer.signIn({ subject: 'alice', clientId: 'web', keyThumbprint })
  await expect(signingIn).rejects.toMatchObject({ code: 'claim_invalid', subject: 'cnf' })
})

test("an exchanged token stays bound: to the user's key, or to that of the service that shows one", async () => {
  const { ask, issuer, prove, thumbprint, clock } = await setUpWithKey()
  const user = await createProver(clock)
  const { accessToken } = await issuer.signIn({
    subject: 'alice',
    clientId: 'web',
    keyThumbprint: user.thumbprint,
  })
  const form = {
    grant_type: TOKEN_EXCHANGE,
    subject_token: accessToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: 'inventory-api',
  }
  const kept = await ask(form, basic('orders', ORDERS_SECRET))
  expect([kept.token_type, keyOf(kept.access_token)]).toEqual(['DPoP', user.thumbprint])
  const own = await ask(form, { ...basic('orders', ORDERS_SECRET), dpop: await prove() })
  expect([own.token_type, keyOf(own.access_token)]).toEqual(['DPoP', thumbprint])
})

test('the metadata name the algorithms of proofs, and none where they are ignored', async () => {
  const supported = async (options: Partial<IssuerOptions>) => {
    const response = await setUp(options).issuer.metadata(new Request(ISSUER))
    return ((await response.json()) as Record<string, unknown>).dpop_signing_alg_values_supported
  }
  expect(await supported({})).toContain('ES256')
  expect(await supported({ dpop: { mode: 'required', algorithms: ['EdDSA'] } })).toEqual(['EdDSA'])
  expect(await supported({ dpop: 'off' })).toBeUndefined()
  const { own, prove } = await setUpWithKey({ dpop: { mode: 'required', algorithms: ['EdDSA'] } })
  expect((await own(await prove())).error).toBe('invalid_dpop_proof')
})

test.each([
  ['on', 'dpop'],
  [null, 'dpop'],
  [{ maxProofAge: 60 }, 'dpop'],
  [{ mode: 'required', maxProofAge: 0 }, 'dpop.maxProofAge'],
  [{ mode: 'required', nonce: 'x' }, 'dpop.nonce'],
])('dpop: %j is refused', (dpop, option) => {
  expect(() => setUp({ dpop } as never)).toThrow(expect.objectContaining({ option }) as Error)
})
