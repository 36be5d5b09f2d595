import { createAuthenticator } from '@portcullis/core'
import { CLIENT, closeScenes, openScene, refusalOf } from './support/scene.js'

afterEach(closeScenes)

test('the question is a form with the token and its kind, by HTTP Basic with encoded credentials', async () => {
  const { endpoint, verify } = await openScene()
  await verify('abc.DEF-123_~+/==')

  const [question] = endpoint.questions
  expect(question).toMatchObject({
    method: 'POST',
    path: '/introspect',
    form: { token: 'abc.DEF-123_~+/==', token_type_hint: 'access_token' },
    headers: {
      accept: 'application/json',
      'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded/),
    },
  })
  const [scheme, credentials = ''] = question!.headers.authorization!.split(' ')
  const [id, secret] = Buffer.from(credentials, 'base64').toString().split(':')
  const decoded = [id, secret].map((part) => new URLSearchParams(`part=${part}`).get('part'))
  expect([scheme, ...decoded]).toEqual(['Basic', CLIENT.clientId, CLIENT.clientSecret])
})

test.each([
  ['a quotation mark', 'opaque"token'],
  ['a line break', 'opaque\ntoken'],
  ['a zero', 'opaque\0token'],
  ['a space', 'opaque token'],
  ['a letter outside ASCII', 'opaque-tökén'],
  ['a lone surrogate', 'opaque-\ud800'],
  ['an ampersand', 'opaque&token=other'],
  ['a percent sign', 'opaque%00token'],
  ['a padding that is not at the end', 'opaque=token'],
  ['padding alone', '=='],
  ['nothing', ''],
])('a token with %s is refused, and never sent', async (_, token) => {
  const { endpoint, verify } = await openScene()
  expect((await refusalOf(verify(token))).code).toBe('token_malformed')
  expect(endpoint.questions).toEqual([])
})

test('a token that is longer than allowed is refused, and never sent', async () => {
  const { endpoint, verify } = await openScene({ maxTokenLength: 256 })
  expect((await refusalOf(verify('x'.repeat(257)))).code).toBe('token_too_long')
  expect(endpoint.questions).toEqual([])
  expect((await verify('x'.repeat(256))).subject).toBe('alice')
})

test('a token in a request is refused with a challenge, and an outage without one', async () => {
  const { endpoint, options } = await openScene({ realm: 'orders' })
  const authenticate = createAuthenticator(options)
  const request = {
    method: 'GET',
    url: 'https://orders.example.com/',
    header: (name: string) => (name === 'authorization' ? ['Bearer opaque-token'] : []),
  }
  expect((await authenticate(request)).subject).toBe('alice')

  endpoint.answer((response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"active":false}'),
  )
  const other = { ...request, header: (name: string) => request.header(name).map((value) => `${value}2`) }
  expect((await refusalOf(authenticate(other))).headers).toEqual({
    'Cache-Control': 'no-store',
    'WWW-Authenticate':
      'Bearer realm="orders", error="invalid_token", error_description="The access token is invalid"',
  })

  endpoint.answer((response) => response.writeHead(500).end())
  expect((await refusalOf(authenticate(other))).headers).toEqual({
    'Cache-Control': 'no-store',
    'Retry-After': '5',
  })
})
