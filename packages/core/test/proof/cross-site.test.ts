import type { RequestOptions } from '../../src/options/request-options.js'
import { authorizationHeader } from '../../src/credentials/authorization-header.js'
import { cookie } from '../../src/credentials/cookie.js'
import { custom } from '../../src/credentials/custom.js'
import { token } from '../attacks/support/forge.js'
import { outcomeOf, refusalOf, service, type Sent } from './support/requests.js'
import { outcomes, type Requests } from './support/tables.js'

const TOKEN = token()
const SHOP = 'https://shop.example.com'
const serve =
  (options: Partial<RequestOptions> = {}) =>
  () =>
    service({ credentials: cookie(), ...options })
const withShop = serve({ csrf: { origins: [SHOP, 'https://admin.example.com:8443'] } })

type Headers = NonNullable<Sent['headers']>
const post = (headers: Headers, method = 'POST'): Sent => ({
  method,
  headers: { cookie: `__Host-access_token=${TOKEN}`, ...headers },
})
const posts = (rows: Readonly<Record<string, Headers>>): Requests =>
  Object.fromEntries(Object.entries(rows).map(([name, headers]) => [name, post(headers)]))

const SITE = 'sec-fetch-site'

outcomes(
  'attack 157: a page of the same origin',
  'accepted',
  serve(),
  posts({
    'says so by Sec-Fetch-Site': { [SITE]: 'same-origin' },
    'and by Origin beside it': { [SITE]: 'same-origin', origin: 'https://api.example.com' },
  }),
)

outcomes(
  'attack 157: anybody else',
  'cross_site_request_refused',
  serve(),
  posts({
    'says nothing': {},
    'another site': { [SITE]: 'cross-site' },
    'a sibling host, which may be somebody else’s': { [SITE]: 'same-site' },
    'a request that no page made': { [SITE]: 'none' },
    'an unknown word': { [SITE]: 'same-origins' },
    'an empty word': { [SITE]: '' },
    'the word in capitals': { [SITE]: 'Same-Origin' },
    'the word and another': { [SITE]: 'same-origin, cross-site' },
    'the header twice': { [SITE]: ['same-origin', 'same-origin'] },
    'the header twice, in disagreement': { [SITE]: ['same-origin', 'cross-site'] },
    'an Origin of its own': { origin: 'https://evil.example' },
    'the Origin of this service, which it was not told': { origin: 'https://api.example.com' },
    'an opaque Origin': { origin: 'null' },
    'a Referer': { referer: 'https://api.example.com/page' },
    'a header that only scripts can set': { 'x-requested-with': 'XMLHttpRequest' },
  }),
)

outcomes(
  'attack 157: a page of another origin of ours',
  'accepted',
  withShop,
  posts({
    'by Origin alone, in an older browser': { origin: SHOP },
    'on another site': { [SITE]: 'cross-site', origin: SHOP },
    'on a sibling host': { [SITE]: 'same-site', origin: SHOP },
    'with a port': { origin: 'https://admin.example.com:8443' },
    'or of the same origin': { [SITE]: 'same-origin' },
  }),
)

outcomes(
  'attack 157: an Origin that looks like ours',
  'cross_site_request_refused',
  withShop,
  posts({
    'by http': { origin: 'http://shop.example.com' },
    'with a port': { origin: `${SHOP}:8443` },
    'with the default port': { origin: `${SHOP}:443` },
    'with a slash behind': { origin: `${SHOP}/` },
    'with a path': { origin: `${SHOP}/page` },
    'in capitals': { origin: 'https://SHOP.example.com' },
    'that begins alike': { origin: `${SHOP}.evil.example` },
    'that ends alike': { origin: 'https://evilshop.example.com' },
    'that holds it': { origin: `https://evil.example?${SHOP}` },
    'with a user name': { origin: 'https://shop.example.com@evil.example' },
    'without a port where there is one': { origin: 'https://admin.example.com' },
    'in a list': { origin: `${SHOP} https://evil.example` },
    twice: { origin: [SHOP, SHOP] },
    'twice, in disagreement': { origin: [SHOP, 'https://evil.example'] },
    'once, beside two words of Sec-Fetch-Site': { origin: SHOP, [SITE]: ['same-site', 'same-site'] },
    null: { origin: 'null' },
    empty: { origin: '' },
  }),
)

outcomes(
  'attack 157: where publicOrigin says which origin is ours',
  'accepted',
  serve({ publicOrigin: 'https://api.example.com' }),
  posts({
    'it is enough for an older browser': { origin: 'https://api.example.com' },
  }),
)
outcomes(
  'attack 157: where publicOrigin says which origin is ours',
  'cross_site_request_refused',
  serve({ publicOrigin: 'https://api.example.com' }),
  posts({
    'no other one is': { origin: 'https://shop.example.com' },
  }),
)

describe('attack 157: methods', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('%s changes nothing, and needs no page', async (method) => {
    expect(await outcomeOf(serve()(), post({ [SITE]: 'cross-site' }, method))).toBe('accepted')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT', 'get', 'QUERY', ''])(
    '%s may change something',
    async (method) => {
      expect(await outcomeOf(serve()(), post({ [SITE]: 'cross-site' }, method))).toBe(
        'cross_site_request_refused',
      )
      expect(await outcomeOf(serve()(), post({ [SITE]: 'same-origin' }, method))).toBe('accepted')
    },
  )

  it('a method override changes nothing', async () => {
    const sent = post({ 'x-http-method-override': 'DELETE', [SITE]: 'cross-site' }, 'GET')
    expect(await outcomeOf(serve()(), sent)).toBe('accepted')
  })
})

describe('attack 173: a WebSocket that another site opens', () => {
  const opening = (headers: Headers) =>
    post({ upgrade: 'websocket', connection: 'Upgrade', ...headers }, 'GET')

  it('is refused, although its first request is a GET', async () => {
    expect(await outcomeOf(serve()(), opening({ origin: 'https://evil.example' }))).toBe(
      'cross_site_request_refused',
    )
    expect(await outcomeOf(serve()(), opening({}))).toBe('cross_site_request_refused')
    expect(await outcomeOf(serve()(), opening({ upgrade: 'WebSocket', [SITE]: 'cross-site' }))).toBe(
      'cross_site_request_refused',
    )
  })

  it('is let in from a page of ours', async () => {
    expect(await outcomeOf(withShop(), opening({ origin: SHOP }))).toBe('accepted')
    expect(await outcomeOf(serve()(), opening({ [SITE]: 'same-origin' }))).toBe('accepted')
  })

  it('needs no page with a token that the browser does not send by itself', async () => {
    const sent: Sent = {
      headers: { upgrade: 'websocket', authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' },
    }
    expect(await outcomeOf(service(), sent)).toBe('accepted')
  })
})

describe('attack 157: only what a browser sends by itself is in danger', () => {
  const everywhere = serve({
    credentials: [authorizationHeader(), cookie(), custom((request) => request.header('x-token')[0])],
  })
  outcomes('a token in a header needs no page', 'accepted', everywhere, {
    'of Authorization': { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } },
    'of one’s own': { method: 'POST', headers: { 'x-token': TOKEN } },
  })
  outcomes(
    'a token in both is one too many, and the header does not help',
    'credentials_multiple',
    everywhere,
    {
      'cookie and Authorization': post({ authorization: `Bearer ${TOKEN}` }),
    },
  )
  outcomes('no token is no token, wherever the request comes from', 'credentials_missing', everywhere, {
    'from another site': { method: 'POST', headers: { [SITE]: 'cross-site' } },
  })
})

describe('attack 163: where a token may be absent', () => {
  const optional = serve({ optional: true })
  outcomes(
    'a cookie from another site is refused, and not anonymous',
    'cross_site_request_refused',
    optional,
    {
      'with a good token': post({ [SITE]: 'cross-site' }),
      'with garbage': {
        method: 'POST',
        headers: { cookie: '__Host-access_token=garbage', [SITE]: 'cross-site' },
      },
    },
  )
  outcomes('without the cookie it is anonymous', 'anonymous', optional, {
    'from another site': { method: 'POST', headers: { [SITE]: 'cross-site' } },
  })
})

outcomes(
  'csrf: unprotected, written out',
  'accepted',
  serve({ csrf: 'unprotected' }),
  posts({
    'every site may act': { [SITE]: 'cross-site', origin: 'https://evil.example' },
    'even one that says nothing': {},
  }),
)

test('the refusal is 403 with a code of its own and no challenge, which would not help', async () => {
  const error = await refusalOf(serve()(), post({ [SITE]: 'cross-site' }))
  expect(error.status).toBe(403)
  expect(error.headers).toEqual({ 'Cache-Control': 'no-store' })
  expect(error.toJSON()).toMatchObject({ status: 403, code: 'cross_site_request_refused' })
})

test('the token is not looked at before: whether it is good is nobody else’s business', async () => {
  const sent = { method: 'POST', headers: { cookie: '__Host-access_token=garbage', [SITE]: 'cross-site' } }
  expect(await outcomeOf(serve()(), sent)).toBe('cross_site_request_refused')
})

describe('attack 156: which cookie', () => {
  const get = (value: string | readonly string[]): Sent => ({ headers: { cookie: value } })
  outcomes('the name is exact, with the prefix by default', 'credentials_missing', serve(), {
    'without the prefix': get(`access_token=${TOKEN}`),
    'with another prefix': get(`__Secure-access_token=${TOKEN}`),
    'in another case': get(`__host-access_token=${TOKEN}`),
  })
  outcomes('planted twice by a sibling host', 'credentials_multiple', serve(), {
    'in one header': get(`__Host-access_token=${TOKEN}; __Host-access_token=garbage`),
    'in two headers': get([`__Host-access_token=${TOKEN}`, `__Host-access_token=${TOKEN}`]),
  })
  outcomes('its value is taken as it is', 'token_malformed', serve(), {
    quoted: get(`__Host-access_token="${TOKEN}"`),
    'percent-encoded': get(`__Host-access_token=${TOKEN.replaceAll('.', '%2E')}`),
    empty: get('__Host-access_token='),
  })
})
