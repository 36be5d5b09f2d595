import { explain } from '@portcullis/core'
import { inspect } from 'node:util'
import {
  compressed,
  drip,
  drop,
  endless,
  hang,
  html,
  json,
  redirect,
  status,
  text,
  truncated,
  type Answer,
} from '../keys/remote/support/answers.js'
import { active, CLIENT, closeScenes, GOOD, ISSUER, openScene, refusalOf } from './support/scene.js'

afterEach(closeScenes)

const TOKEN = 'opaque-token-4711'
/** What no error may hold, at any depth. */
const SECRETS = [TOKEN, CLIENT.clientSecret, encodeURIComponent(CLIENT.clientSecret), 'alice']

const signedAnswer: Answer = (response) => {
  const header = Buffer.from('{"alg":"RS256","typ":"token-introspection+jwt"}').toString('base64url')
  const body = { iss: ISSUER, aud: CLIENT.clientId, iat: Date.now() / 1000, token_introspection: GOOD }
  const payload = Buffer.from(JSON.stringify(body)).toString('base64url')
  response
    .writeHead(200, { 'content-type': 'application/token-introspection+jwt' })
    .end(`${header}.${payload}.${'A'.repeat(342)}`)
}

const OUTAGES: readonly (readonly [what: string, answer: Answer, message: string])[] = [
  ['status 500', status(500), 'answered with status 500'],
  ['status 503', status(503), 'answered with status 503'],
  ['status 429', status(429), 'answered with status 429'],
  ['status 400', status(400), 'answered with status 400'],
  [
    'a refusal of our own credentials',
    (response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic', 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: 'invalid_client', error_description: `unknown ${TOKEN}` }))
    },
    'answered with status 401; look at clientId and clientSecret',
  ],
  ['status 403', status(403), 'answered with status 403; this client may not introspect tokens'],
  ['status 404', status(404), 'answered with status 404; look at endpoint'],
  ['status 201', (response) => response.writeHead(201).end(JSON.stringify(GOOD)), 'answered with status 201'],
  ['no content', status(204), 'answered with status 204'],
  ['a page', html, 'answered with a content type other than application/json'],
  [
    'JSON that calls itself a page',
    text(JSON.stringify(GOOD), { 'content-type': 'text/html' }),
    'answered with a content type other than application/json',
  ],
  [
    'a signed answer, which nobody would check',
    signedAnswer,
    'answered with a content type other than application/json',
  ],
  ['a redirect', redirect('https://evil.example.com/'), 'answered with a redirect, which is not followed'],
  [
    'a redirect that keeps the method',
    redirect('/elsewhere', 307),
    'answered with a redirect, which is not followed',
  ],
  ['no answer', hang, 'did not answer within 0.3 s'],
  ['an answer that drips', drip, 'did not answer within 0.3 s'],
  ['an answer without an end', endless, 'answered with more than 65536 bytes'],
  ['a huge answer', json({ ...GOOD, more: 'x'.repeat(65_536) }), 'answered with more than 65536 bytes'],
  [
    'a huge answer, compressed',
    compressed({ ...GOOD, more: 'x'.repeat(10_000_000) }),
    'answered with more than 65536 bytes',
  ],
  ['half an answer', truncated, 'failed with UND_ERR_SOCKET'],
  ['a closed connection', drop, 'failed with UND_ERR_SOCKET'],
  ['an empty answer', text(''), 'answered with no sound JSON object'],
  ['a list', json([GOOD]), 'answered with no sound JSON object'],
  ['null', json(null), 'answered with no sound JSON object'],
  [
    'an object that says nothing of the token',
    json({}),
    'answered without saying whether the token is active',
  ],
  ['"true" as text', active({ active: 'true' }), 'answered with something other than RFC 7662 says'],
  ['1 for true', active({ active: 1 }), 'answered with something other than RFC 7662 says'],
]

describe('an outage of the endpoint is not the fault of the caller', () => {
  it.each(OUTAGES)('%s', async (_, answer, message) => {
    const { endpoint, verify } = await openScene(message.endsWith('0.3 s') ? { timeout: 0.3 } : {})
    endpoint.answer(answer)

    const refusal = await refusalOf(verify(TOKEN))

    expect(refusal).toMatchObject({ code: 'introspection_unavailable', status: 503 })
    expect(refusal.headers['Retry-After']).toMatch(/^[1-9]\d*$/)
    expect(refusal.headers).not.toHaveProperty('WWW-Authenticate')
    expect((refusal.cause as Error).message).toContain(`${endpoint.url} ${message}`)
    expect(explain(refusal)).toContain(`${ISSUER} could not say whether the token is active`)
    expect(explain(refusal)).toContain(message)
    const everything = inspect(refusal, { depth: 20, showHidden: true }) + JSON.stringify(refusal)
    expect(SECRETS.filter((secret) => everything.includes(secret))).toEqual([])
    expect(endpoint.questions).toHaveLength(1)
  })

  it('an endpoint that is not there', async () => {
    const { endpoint, verify } = await openScene()
    await endpoint.close()
    const refusal = await refusalOf(verify(TOKEN))
    expect(refusal).toMatchObject({ code: 'introspection_unavailable', status: 503 })
    expect(explain(refusal)).toContain(`${endpoint.url} failed with ECONNREFUSED`)
  })

  it('is over when the endpoint answers again, without a restart', async () => {
    const { endpoint, verify } = await openScene()
    endpoint.answer(status(500))
    await refusalOf(verify(TOKEN))
    endpoint.answer(active())
    expect((await verify(TOKEN)).subject).toBe('alice')
  })

  it('does not end what was believed before, for as long as the answer is good', async () => {
    const { endpoint, verify, clock } = await openScene({ cacheFor: 30 })
    await verify(TOKEN)
    endpoint.answer(status(500))
    clock.advance(29)
    expect((await verify(TOKEN)).subject).toBe('alice')
    clock.advance(1)
    expect((await refusalOf(verify(TOKEN))).status).toBe(503)
  })

  it('asks about no more than 1,000 tokens at once', async () => {
    const { endpoint, verify } = await openScene({ timeout: 30 })
    endpoint.answer(hang)
    const waiting = Array.from({ length: 1000 }, (_, id) => refusalOf(verify(`token-${id}`)))
    const refusal = await refusalOf(verify('token-1000'))
    expect(refusal).toMatchObject({ code: 'introspection_unavailable', status: 503 })
    expect(explain(refusal)).toContain('has 1000 questions to answer already')
    await endpoint.arrived(1)
    await endpoint.close()
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([503]))
  }, 120_000)
})
