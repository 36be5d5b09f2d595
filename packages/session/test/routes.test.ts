import { toNodeHandler, type Sessions } from '@portcullis/session'
import {
  ACCESS,
  cookieHeader,
  cookiesOf,
  ORIGIN,
  post,
  REFRESH,
  request,
  SAME,
  setUp,
  SHOP,
} from './support/bench.ts'

async function signedIn(...options: Parameters<typeof setUp>) {
  const bench = setUp({ signInUrl: '/sign-in', ...options[0] }, options[1])
  const step = await bench.sessions.signIn(post('/sign-in'), { subject: 'alice' })
  return { ...bench, step, cookie: cookieHeader(step), ask: bench.sessions.handler }
}
const NAVIGATION = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' }
const DELETED = [expect.stringContaining('Max-Age=0'), expect.stringContaining('Max-Age=0')]

test('POST renews, and says for how long', async () => {
  const { ask, cookie, step } = await signedIn()
  const answer = await ask(post('/session', cookie))
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { expiresIn: 300, expiresAt: step.session.expiresAt },
  ])
  expect(Object.keys(cookiesOf(answer.headers))).toEqual([ACCESS, REFRESH])
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test('a refusal is JSON with its code, and takes dead cookies away', async () => {
  const { ask } = await signedIn()
  const missing = await ask(post('/session'))
  expect([missing.status, await missing.json()]).toMatchObject([
    401,
    { code: 'session_missing', status: 401 },
  ])
  expect(missing.headers.getSetCookie()).toEqual([])
  const ended = await ask(post('/session', `${REFRESH}=nonsense`))
  expect([ended.status, await ended.json()]).toMatchObject([401, { code: 'session_ended' }])
  expect(ended.headers.get('content-type')).toBe('application/problem+json')
  expect(ended.headers.getSetCookie()).toEqual(DELETED)
  const forged = await ask(post('/session', undefined, { 'Sec-Fetch-Site': 'cross-site' }))
  expect([forged.status, await forged.json()]).toMatchObject([403, { code: 'cross_site_request_refused' }])
})

test('GET renews a page that is opened, and goes back to it', async () => {
  const { ask, cookie } = await signedIn()
  const to = `${SHOP}/orders?page=2`
  const path = `/session?return_to=${encodeURIComponent(to)}`
  const answer = await ask(
    request('GET', path, { ...NAVIGATION, 'Sec-Fetch-Site': 'cross-site', Cookie: cookie }),
  )
  expect([answer.status, answer.headers.get('location')]).toEqual([303, to])
  expect(Object.keys(cookiesOf(answer.headers))).toEqual([ACCESS, REFRESH])
})

test('who has no session goes to where people sign in, and comes back from there', async () => {
  const { ask } = await signedIn()
  const path = `/session?return_to=${encodeURIComponent(`${SHOP}/orders`)}`
  const answer = await ask(request('GET', path, { ...NAVIGATION, Cookie: `${REFRESH}=nonsense` }))
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    `${ORIGIN}/sign-in?return_to=${encodeURIComponent(`${SHOP}/orders`)}`,
  ])
  expect(answer.headers.getSetCookie()).toEqual(DELETED)
  const nowhere = await setUp().sessions.handler(request('GET', path, NAVIGATION))
  expect([nowhere.status, await nowhere.json()]).toMatchObject([401, { code: 'session_missing' }])
})

test.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://id.example.com@evil.example/',
  'https://user:secret@shop.example.com/',
  'https://shop.example.com.evil.example/',
  'http://shop.example.com/',
  `${SHOP}:444/`,
  '/session',
  '/session?return_to=/session',
  '/session/list',
  `/${'a'.repeat(3000)}`,
  '',
])('nobody is sent to %j', async (to) => {
  const { ask, cookie, sessions } = await signedIn()
  const path = `/session?return_to=${encodeURIComponent(to)}`
  const answer = await ask(request('GET', path, { ...NAVIGATION, Cookie: cookie }))
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${ORIGIN}/`])
  expect(sessions.returnAddress(to)).toBeUndefined()
})

test('GET is for pages that are opened, and not for scripts and images', async () => {
  const { ask, cookie } = await signedIn()
  const answer = await ask(request('GET', '/session', { 'Sec-Fetch-Mode': 'no-cors', Cookie: cookie }))
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
})

test('two tokens are not guessed between: a page that is opened is told', async () => {
  const { ask, cookie } = await signedIn()
  const answer = await ask(request('GET', '/session', { ...NAVIGATION, Cookie: `${cookie}; ${cookie}` }))
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'credentials_multiple' }])
})

test.each(['/session/sign-out', '/session/sign-out-everywhere'])(
  '%s answers scripts with 204, and forms with the way to sign-in',
  async (path) => {
    const { ask, cookie, sessions } = await signedIn()
    const form = await ask(post(path, cookie, NAVIGATION))
    expect([form.status, form.headers.get('location')]).toEqual([303, `${ORIGIN}/sign-in`])
    expect(form.headers.get('clear-site-data')).toBe('"cache", "cookies", "storage"')
    expect(form.headers.getSetCookie()).toEqual(DELETED)
    expect(await sessions.list('alice')).toEqual([])
    expect((await ask(post(path, cookie))).status).toBe(204)
    expect((await ask(request('GET', path, SAME))).status).toBe(405)
    const forged = await ask(post(path, cookie, { 'Sec-Fetch-Site': 'cross-site' }))
    expect(forged.status).toBe(403)
    expect(forged.headers.has('clear-site-data')).toBe(false)
  },
)

test('the owner lists his sessions, and ends one', async () => {
  const { ask, cookie, sessions, step } = await signedIn()
  const phone = await sessions.signIn(post('/sign-in', undefined), { subject: 'alice' })
  const bob = await sessions.signIn(post('/sign-in', undefined), { subject: 'bob' })
  const answer = await ask(request('GET', '/session/list', { Cookie: cookie }))
  const { sessions: listed } = (await answer.json()) as { sessions: { id: string; current: boolean }[] }
  expect(listed.find(({ current }) => current)?.id).toBe(step.session.id)
  expect(listed.map(({ id }) => id).sort()).toEqual([step.session.id, phone.session.id].sort())
  expect(answer.headers.get('cache-control')).toBe('no-store')

  expect((await ask(post(`/session/end/${phone.session.id}`, cookie))).status).toBe(204)
  const refused = [bob.session.id, phone.session.id, 'x', '']
  for (const id of refused) expect((await ask(post(`/session/end/${id}`, cookie))).status).toBe(404)
  expect(await sessions.list('bob')).toHaveLength(1)
  const forged = await ask(post(`/session/end/${step.session.id}`, cookie, { 'Sec-Fetch-Site': 'same-site' }))
  expect(forged.status).toBe(403)
})

test.each([
  ['no token', 'session_missing', () => ''],
  ['two tokens', 'credentials_multiple', (cookie: string) => `${cookie}; ${cookie}`],
  ['a forged one', 'session_ended', () => `${ACCESS}=a.b.c`],
])('with %s nothing is listed', async (_, code, cookieOf) => {
  const { ask, cookie } = await signedIn()
  const answer = await ask(request('GET', '/session/list', { Cookie: cookieOf(cookie) }))
  expect(await answer.json()).toMatchObject({ code })
})

test('an ended session lists nothing, although its token has not expired', async () => {
  const { ask, cookie, sessions } = await signedIn()
  await sessions.endAll('alice')
  const answer = await ask(request('GET', '/session/list', { Cookie: cookie }))
  expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'session_ended' }])
})

test('pages of the listed origins may read the answers, and no others', async () => {
  const { ask, cookie } = await signedIn()
  const from = (origin: string) =>
    ask(post('/session', cookie, { Origin: origin, 'Sec-Fetch-Site': 'same-site' }))
  const shop = await from(SHOP)
  expect(shop.headers.get('access-control-allow-origin')).toBe(SHOP)
  expect(shop.headers.get('access-control-allow-credentials')).toBe('true')
  expect(shop.headers.get('vary')).toBe('Origin')
  const other = await from('https://blog.example.com')
  expect([other.status, other.headers.has('access-control-allow-origin')]).toEqual([403, false])
  expect(other.headers.get('vary')).toBe('Origin')
})

test('other paths and methods are not ours', async () => {
  const { ask } = await signedIn()
  for (const path of ['/', '/sessions', '/session/', '/session/x', '/SESSION']) {
    expect((await ask(post(path))).status).toBe(404)
  }
  const answer = await ask(request('DELETE', '/session'))
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST'])
})

test('the routes mount as they are', () => {
  const { sessions }: { sessions: Sessions } = setUp()
  expect(toNodeHandler(sessions.handler)).toBeInstanceOf(Function)
})
