import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSingleSignOn, type SingleSignOnOptions } from '@portcullis/session/openid'
import { ACCESS, cookiesOf, setUp, SHOP } from './support/bench.ts'
import { createIdentityProvider, type IdentityProvider } from './support/identity-provider.ts'

const secret = randomBytes(32)
const CALLBACK = 'https://id.example.com/sign-in/openid/callback'
const PENDING = '__Host-sign_in'

let provider: IdentityProvider
beforeAll(async () => {
  provider = await createIdentityProvider(CALLBACK)
})
afterAll(() => provider.stop())

function bench(options: Partial<SingleSignOnOptions> = {}) {
  const { sessions, ...rest } = setUp()
  const clock = () => Date.now() / 1000
  const { handler } = createSingleSignOn({
    sessions,
    provider: provider.issuer,
    clientId: 'portcullis',
    clientSecret: provider.clientSecret,
    userFor: ({ sub }) => ({ subject: `acme|${sub}`, roles: ['clerk'] }),
    cookieSecret: secret,
    clock,
    ...options,
  })
  const ask = (url: string, cookie = '') =>
    handler(new Request(new URL(url, 'https://id.example.com'), { headers: { cookie } }))
  const begin = async (returnTo = `${SHOP}/orders`) => {
    const answer = await ask(`/sign-in/openid?return_to=${encodeURIComponent(returnTo)}`)
    const sealed = cookiesOf(answer.headers)[PENDING] ?? ''
    return {
      answer,
      sealed,
      cookie: `${PENDING}=${sealed}`,
      target: new URL(answer.headers.get('location')!),
    }
  }
  return { sessions, ask, begin, ...rest }
}

const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]

test('the browser is sent to the provider with PKCE, state and nonce, which only a sealed cookie remembers', async () => {
  const { answer, target, sealed } = await bench().begin()
  expect(answer.status).toBe(303)
  const asked = Object.fromEntries(target.searchParams)
  expect(asked).toEqual({
    client_id: 'portcullis',
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
  expect(answer.headers.getSetCookie()[0]!.replace(sealed, 'SEALED')).toBe(
    '__Host-sign_in=SEALED; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax',
  )
  const [header = '', key] = sealed.split('.')
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
    alg: 'dir',
    enc: 'A256GCM',
  })
  expect(key).toBe('')
  expect(sealed).not.toContain(asked['state']!)
})

test('who signs in at the provider has a session here, and is where he wanted to be', async () => {
  const { ask, begin, sessions } = bench()
  const { target, cookie } = await begin()
  const answer = await ask(await provider.signIn(target, 'alice'), cookie)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${SHOP}/orders`])
  expect(cookiesOf(answer.headers)).toMatchObject({ [ACCESS]: expect.stringContaining('.'), [PENDING]: '' })
  expect(await sessions.list('acme|alice')).toHaveLength(1)
})

test('a public client signs in by PKCE alone', async () => {
  const { ask, begin } = bench({ clientId: 'public', clientSecret: undefined as never })
  const { target, cookie } = await begin()
  expect((await ask(await provider.signIn(target, 'alice'), cookie)).status).toBe(303)
})

test('a secret may be in the form', async () => {
  const { ask, begin } = bench({ clientId: 'by form', clientAuthentication: 'post' })
  const { target, cookie } = await begin()
  expect((await ask(await provider.signIn(target, 'alice'), cookie)).status).toBe(303)
})

test('a code counts once', async () => {
  const { ask, begin } = bench()
  const { target, cookie } = await begin()
  const back = await provider.signIn(target, 'alice')
  await ask(back, cookie)
  expect(await codeOf(await ask(back, cookie))).toEqual([401, 'sign_in_refused'])
})

test.each<[string, string, (parts: { back: string; cookie: string; other: string }) => [string, string]]>([
  ['another browser, without the cookie', 'sign_in_expired', ({ back }) => [back, '']],
  [
    'a cookie that was tampered with',
    'sign_in_expired',
    ({ back, cookie }) => [back, `${cookie.slice(0, -4)}AAAA`],
  ],
  ['two cookies', 'sign_in_expired', ({ back, cookie, other }) => [back, `${cookie}; ${other}`]],
  ['the cookie of another sign-in', 'sign_in_refused', ({ back, other }) => [back, other]],
  ['another state', 'sign_in_refused', ({ back, cookie }) => [back.replace(/state=./, 'state=*'), cookie]],
  ['no state', 'sign_in_refused', ({ back, cookie }) => [back.replace(/&?state=[^&]+/, ''), cookie]],
  [
    'another issuer',
    'sign_in_refused',
    ({ back, cookie }) => [back.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'), cookie],
  ],
  ['no code', 'sign_in_refused', ({ back, cookie }) => [back.replace(/code=[^&]+/, 'x=y'), cookie]],
  [
    "a code of one's own",
    'sign_in_refused',
    ({ back, cookie }) => [back.replace(/code=[^&]+/, 'code=guessed'), cookie],
  ],
  [
    'the refusal of the user',
    'sign_in_refused',
    ({ back, cookie }) => [back.replace(/code=[^&]+/, 'error=access_denied'), cookie],
  ],
])('%s begins no session', async (_, code, change) => {
  const { ask, begin, sessions } = bench()
  const { target, cookie } = await begin()
  const { cookie: other } = await begin()
  const answer = await ask(...change({ back: await provider.signIn(target, 'alice'), cookie, other }))
  expect(await answer.json()).toMatchObject({ code })
  expect(cookiesOf(answer.headers)).toEqual({ [PENDING]: '' })
  expect(await sessions.list('acme|alice')).toEqual([])
})

test('a sign-in that takes too long begins again', async () => {
  let now = Date.now() / 1000
  const { ask, begin } = bench({ clock: () => now, maxAge: 60 })
  const { target, cookie } = await begin()
  const back = await provider.signIn(target, 'alice')
  now += 61
  expect(await codeOf(await ask(back, cookie))).toEqual([400, 'sign_in_expired'])
})

test('a cookie that another secret, or a sign-in at another provider, has sealed is none', async () => {
  const stranger = await bench({ cookieSecret: randomBytes(32) }).begin()
  const elsewhere = await bench({ clientId: 'public' }).begin()
  const { ask } = bench()
  for (const { cookie, target } of [stranger, elsewhere]) {
    const back = `/sign-in/openid/callback?code=x&state=${target.searchParams.get('state')!}`
    expect(await codeOf(await ask(back, cookie))).toEqual([400, 'sign_in_expired'])
  }
})

test('whom the application does not know has no session', async () => {
  const { ask, begin } = bench({ userFor: () => undefined })
  const { target, cookie } = await begin()
  expect(await codeOf(await ask(await provider.signIn(target, 'alice'), cookie))).toEqual([
    401,
    'sign_in_refused',
  ])
})

test('the application is shown the checked claims', async () => {
  const seen: unknown[] = []
  const { ask, begin } = bench({
    userFor(user) {
      seen.push(user)
      return { subject: 'a' }
    },
  })
  const { target, cookie } = await begin()
  await ask(await provider.signIn(target, 'alice'), cookie)
  expect(seen).toEqual([expect.objectContaining({ iss: provider.issuer, sub: 'alice', aud: 'portcullis' })])
})

test('nobody is sent elsewhere after signing in', async () => {
  const { ask, begin } = bench()
  const { target, cookie } = await begin('https://evil.example/')
  const answer = await ask(await provider.signIn(target, 'alice'), cookie)
  expect(answer.headers.get('location')).toBe('https://id.example.com/')
})

test('an ID token that the provider has not signed begins no session', async () => {
  const { ask, begin, sessions } = bench()
  const { target, cookie } = await begin()
  const back = await provider.signIn(target, 'alice')
  provider.breakSignatures(true)
  expect(await codeOf(await ask(back, cookie))).toEqual([401, 'sign_in_refused'])
  provider.breakSignatures(false)
  expect(await sessions.list('acme|alice')).toEqual([])
})

test('a provider that is away is 503, and the next sign-in tries again', async () => {
  const server = createServer((_, response) => response.writeHead(500).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const away = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { ask } = bench({ provider: away })
  for (let turn = 0; turn < 2; turn++) {
    expect(await codeOf(await ask('/sign-in/openid'))).toEqual([503, 'provider_unavailable'])
  }
  server.close()
})

test('other paths and methods are not ours', async () => {
  const { ask } = bench()
  expect((await ask('/sign-in')).status).toBe(404)
  const { handler } = createSingleSignOn({
    sessions: setUp().sessions,
    provider: 'https://login.example.com',
    clientId: 'a',
    userFor: () => undefined,
    cookieSecret: secret,
  })
  const answer = await handler(new Request('https://id.example.com/sign-in/openid', { method: 'POST' }))
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET'])
})

test.each<[option: string, value: unknown]>([
  ['sessions', {}],
  ['provider', 'http://login.example.com'],
  ['provider', 'https://login.example.com/?tenant=1'],
  ['clientId', ''],
  ['clientSecret', ''],
  ['clientAuthentication', 'none'],
  ['userFor', undefined],
  ['cookieSecret', 'secret'],
  ['cookieSecret', randomBytes(16)],
  ['scope', 'email'],
  ['path', 'sign-in'],
  ['maxAge', 10],
  ['timeout', 0],
  ['redirectUri', 'https://id.example.com'],
])('%s: %p is refused by name', (option, value) => {
  const good = {
    sessions: setUp().sessions,
    provider: 'https://login.example.com',
    clientId: 'a',
    userFor: () => undefined,
    cookieSecret: secret,
  }
  expect(() => createSingleSignOn({ ...good, [option]: value })).toThrow(new RegExp(`${option}: `))
})
