import { randomBytes } from 'node:crypto'
import { SessionError } from '@portcullis/session'
import { cookiesOf, post, request, setUp } from './support/bench.ts'

const lines = (headers: Headers) =>
  headers.getSetCookie().map((line) => line.replace(/=[^;]+/, (value) => (value === '=' ? value : '=TOKEN')))

test('the cookies of one host are, byte for byte', async () => {
  const { sessions } = setUp({}, { lifetime: 240, refreshIdle: 3600 })
  const { headers, expiresIn } = await sessions.signIn(post('/sign-in'), { subject: 'alice' })
  expect(lines(headers)).toEqual([
    '__Host-access_token=TOKEN; Max-Age=240; Path=/; HttpOnly; Secure; SameSite=Lax',
    '__Secure-refresh_token=TOKEN; Max-Age=3600; Path=/session; HttpOnly; Secure; SameSite=Lax',
  ])
  expect(expiresIn).toBe(240)
  expect(headers.get('cache-control')).toBe('no-store')
})

test('the cookies of sibling hosts are, byte for byte: only the access token is shared', async () => {
  const { sessions } = setUp({ domain: 'example.com', path: '/account/session', sameSite: 'strict' })
  const { headers } = await sessions.signIn(post('/sign-in'), { subject: 'alice' })
  expect(lines(headers)).toEqual([
    '__Secure-access_token=TOKEN; Max-Age=300; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Strict',
    '__Secure-refresh_token=TOKEN; Max-Age=1209600; Path=/account/session; HttpOnly; Secure; SameSite=Strict',
  ])
})

test('tokens stand in cookies as they are', async () => {
  const { sessions } = setUp()
  const { headers } = await sessions.signIn(post('/sign-in'), { subject: 'alice' })
  const cookies = cookiesOf(headers)
  expect(cookies['__Host-access_token']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(cookies['__Secure-refresh_token']).toMatch(/^rt_[\w-]{22}\.[\w-]{43}$/)
})

test('signing out deletes them with the same attributes, and clears what the site keeps', async () => {
  const { sessions } = setUp({ domain: 'example.com' })
  const headers = await sessions.signOut(post('/session/sign-out'))
  expect([...headers]).toEqual([
    ['cache-control', 'no-store'],
    ['clear-site-data', '"cache", "cookies", "storage"'],
    [
      'set-cookie',
      '__Secure-access_token=; Max-Age=0; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax',
    ],
    ['set-cookie', '__Secure-refresh_token=; Max-Age=0; Path=/session; HttpOnly; Secure; SameSite=Lax'],
  ])
})

test('what is cleared can be chosen', async () => {
  const one = await setUp({ clearSiteData: ['cache'] }).sessions.signOut(post('/session/sign-out'))
  expect(one.get('clear-site-data')).toBe('"cache"')
  const none = await setUp({ clearSiteData: [] }).sessions.signOut(post('/session/sign-out'))
  expect(none.has('clear-site-data')).toBe(false)
})

test('a token that does not fit is an error that names what takes the room, and no value; nothing is left', async () => {
  const { sessions, store } = setUp()
  const notes = randomBytes(1500).toString('hex')
  const permissions = Array.from({ length: 10 }, (_, index) => `permission-${index}`)
  const user = { subject: 'alice', permissions, claims: { notes } }
  const error = await sessions.signIn(post('/sign-in'), user).catch((cause: unknown) => cause)
  if (!(error instanceof SessionError)) throw new Error('expected a SessionError')
  expect(error).toMatchObject({ code: 'cookie_too_large', status: 500, expose: false })
  expect(error.message).toMatch(
    /^A token does not fit into a cookie: it takes 4\d{3} bytes .* browsers keep 4096\. Leave out of signIn\(\) .*: notes \(3002 bytes\), permissions \(151 bytes\)/,
  )
  expect(error.message).not.toContain(notes)
  expect(JSON.stringify(error)).toBe(
    '{"type":"about:blank","title":"A token does not fit into a cookie","status":500,"code":"cookie_too_large"}',
  )
  expect(await store.list('alice')).toEqual([])
})

test('a token that just fits is set', async () => {
  const { sessions } = setUp()
  const size = (notes: string) =>
    sessions
      .signIn(post('/sign-in'), { subject: 'alice', claims: { notes } })
      .then(({ headers }) => Buffer.byteLength(headers.getSetCookie()[0]!))
  const rest = 4096 - (await size('a'.repeat(2400)))
  const most = 2400 + Math.floor((rest * 3) / 4)
  expect(await size('a'.repeat(most))).toBeGreaterThan(4090)
  await expect(size('a'.repeat(most + 8))).rejects.toMatchObject({ code: 'cookie_too_large' })
})

test('two refresh cookies are refused: a sibling host may have planted one', async () => {
  const { sessions } = setUp()
  const { headers } = await sessions.signIn(post('/sign-in'), { subject: 'alice' })
  const token = cookiesOf(headers)['__Secure-refresh_token']!
  for (const other of [token, '', `rt_${'A'.repeat(22)}.${'A'.repeat(43)}`]) {
    const both = `__Secure-refresh_token=${token}; __Secure-refresh_token=${other}`
    await expect(sessions.refresh(post('/session', both))).rejects.toMatchObject({
      code: 'credentials_multiple',
    })
  }
  const one = await sessions.refresh(post('/session', `a=1; __Secure-refresh_token=${token}; b`))
  expect(one.expiresIn).toBe(300)
})

test.each([
  ['another case', (token: string) => `__secure-refresh_token=${token}`],
  ['a longer name', (token: string) => `x__Secure-refresh_token=${token}`],
  ['the value of another cookie', (token: string) => `a=__Secure-refresh_token=${token}`],
  ['no value', () => '__Secure-refresh_token'],
])('a refresh token in %s is none', async (_, cookie) => {
  const { sessions } = setUp()
  const { headers } = await sessions.signIn(post('/sign-in'), { subject: 'alice' })
  const token = cookiesOf(headers)['__Secure-refresh_token']!
  await expect(sessions.refresh(post('/session', cookie(token)))).rejects.toMatchObject({
    code: 'session_missing',
  })
})

test.each([
  ['empty', () => ''],
  ['quoted', (token: string) => `"${token}"`],
  ['percent-encoded', (token: string) => token.replace('.', '%2E')],
  ['no token of ours', () => 'nonsense'],
])('a refresh token that is %s is not decoded, and no session', async (_, change) => {
  const { sessions } = setUp()
  const { headers } = await sessions.signIn(post('/sign-in'), { subject: 'alice' })
  const token = cookiesOf(headers)['__Secure-refresh_token']!
  const cookie = `__Secure-refresh_token=${change(token)}`
  await expect(sessions.refresh(post('/session', cookie))).rejects.toMatchObject({
    code: 'session_ended',
    headers: { 'Set-Cookie': [expect.stringContaining('Max-Age=0'), expect.stringContaining('Max-Age=0')] },
  })
  expect((await sessions.refresh(post('/session', `__Secure-refresh_token=${token}`))).expiresIn).toBe(300)
})

test('a refresh token in the header is none', async () => {
  const { sessions } = setUp()
  const { headers } = await sessions.signIn(post('/sign-in'), { subject: 'alice' })
  const token = cookiesOf(headers)['__Secure-refresh_token']!
  const asked = request('POST', '/session', {
    'Sec-Fetch-Site': 'same-origin',
    Authorization: `Bearer ${token}`,
  })
  await expect(sessions.refresh(asked)).rejects.toMatchObject({ code: 'session_missing' })
})
