import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { KeysEvent } from '@portcullis/core'
import * as answers from './support/answers.js'
import type { Answer } from './support/answers.js'
import { closeScenes, openScene } from './support/scene.js'
import { createSigner } from './support/signer.js'

jest.setTimeout(120_000)
afterEach(closeScenes)

const good = createSigner('good')
const set = { keys: [good.jwk] }
const filler = (bytes: number) => answers.json({ ...set, filler: 'x'.repeat(bytes) })

const UNUSABLE: readonly (readonly [name: string, answer: Answer, reason: RegExp])[] = [
  ['status 204', answers.status(204), /status 204/],
  ['status 304', answers.status(304), /redirect/],
  ['status 404', answers.status(404), /status 404/],
  ['status 500', answers.status(500), /status 500/],
  ['a redirect within the origin', answers.redirect('/elsewhere'), /redirect/],
  ['a permanent redirect', answers.redirect('/elsewhere', 301), /redirect/],
  ['a redirect that keeps the method', answers.redirect('/elsewhere', 307), /redirect/],
  ['a redirect to a private address', answers.redirect('http://169.254.169.254/latest'), /redirect/],
  ['HTML', answers.text('<html></html>', { 'content-type': 'text/html' }), /content type/],
  ['JSON without a content type', answers.text(JSON.stringify(set), {}), /content type/],
  ['JSON as text', answers.text(JSON.stringify(set), { 'content-type': 'text/json' }), /content type/],
  ['an empty body', answers.text(''), /JSON object/],
  ['broken JSON', answers.text('{"keys":['), /JSON object/],
  ['null', answers.text('null'), /JSON object/],
  ['a list', answers.json([good.jwk]), /JSON object/],
  ['a member twice', answers.text(`{"keys":[],"keys":[${JSON.stringify(good.jwk)}]}`), /JSON object/],
  ['JSON nested too deeply', answers.text(`{"keys":${'['.repeat(500)}${']'.repeat(500)}}`), /JSON object/],
  ['invalid UTF-8', answers.text(Buffer.from('{"keys":[],"\xff":1}', 'latin1')), /JSON object/],
  ['no keys', answers.json({}), /list called keys/],
  ['keys of null', answers.json({ keys: null }), /list called keys/],
  ['keys as an object', answers.json({ keys: { 0: good.jwk } }), /list called keys/],
  ['a list of null', answers.json({ keys: [null] }), /no usable key/],
  ['101 keys', answers.json({ keys: Array(101).fill(good.jwk) }), /more than 100 keys/],
  ['a body over 512 KiB', filler(524_288), /more than 524288 bytes/],
  ['an endless body', answers.endless, /more than 524288 bytes/],
  ['a compressed body', answers.compressed(set), /compressed/],
  ['a truncated body', answers.truncated, /ECONNRESET/],
  ['a dropped connection', answers.drop, /ECONNRESET/],
]

describe('an answer that cannot be used', () => {
  it.each(UNUSABLE)('%s is 503 when there are no keys yet', async (_, answer, reason) => {
    const { server, signer, keys, outcome } = await openScene()
    server.answer(answer)
    server.answer(answers.json(set), '/elsewhere')
    expect(await outcome(signer.token())).toBe('keys_unavailable')
    expect(keys.status()).toMatchObject({ phase: 'missing', keyIds: [], failures: 1 })
    expect(keys.status().lastError).toMatch(reason)
    expect(server.asked.map(({ path }) => path)).toEqual(['/jwks'])
  })

  it.each(UNUSABLE)('%s leaves good keys in use beyond the age limit', async (_, answer) => {
    const { server, signer, clock, keys, outcome } = await openScene()
    await keys.ready()
    server.answer(answer)
    clock.advance(1000)
    expect(await outcome(signer.token())).toBe('accepted')
    expect(keys.status()).toMatchObject({ phase: 'stale', failures: 1 })
  })
})

describe('an answer that takes too long', () => {
  it.each([
    ['says nothing', answers.hang],
    ['drips', answers.drip],
  ])('is given up after the timeout when the endpoint %s, and its connection closed', async (_, answer) => {
    const { server, signer, keys, outcome } = await openScene({ timeout: 0.2 })
    server.answer(answer)
    const started = performance.now()
    expect(await outcome(signer.token())).toBe('keys_unavailable')
    expect(performance.now() - started).toBeGreaterThanOrEqual(199)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(keys.status().lastError).toBe('did not answer within 0.2 s')
    await until(() => server.connections() === 0)
  })

  it('is given up after 5 seconds by default', async () => {
    const { server, signer, outcome } = await openScene()
    server.answer(answers.hang)
    const started = performance.now()
    expect(await outcome(signer.token())).toBe('keys_unavailable')
    expect((performance.now() - started) / 1000).toBeGreaterThan(4.9)
  })
})

describe('an answer that can be used', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/jwk-set+json',
    'Application/JWK-Set+JSON;charset=utf-8',
  ])('comes as %s', async (type) => {
    const { server, signer, outcome } = await openScene()
    server.answer(answers.jwks([signer.jwk], { 'content-type': type }))
    expect(await outcome(signer.token())).toBe('accepted')
  })

  it('may have 100 keys and almost 512 KiB', async () => {
    const { server, signer, outcome } = await openScene()
    const many = Array.from({ length: 99 }, (_, index) => ({ ...good.jwk, kid: `${index}` }))
    server.answer(answers.json({ keys: [...many, signer.jwk], filler: 'x'.repeat(490_000) }))
    expect(await outcome(signer.token())).toBe('accepted')
  })

  it('leaves no connection behind', async () => {
    const { server, keys } = await openScene()
    await keys.ready()
    await keys.reload()
    await until(() => server.connections() === 0)
  })

  it('closes the connection of an answer that it does not read to the end', async () => {
    const { server, keys } = await openScene()
    server.answer((response) => {
      response.writeHead(500, { 'content-type': 'application/json' }).write('{')
    })
    await expect(keys.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
    await until(() => server.connections() === 0)
  })

  it('was asked for uncompressed, with the headers of the user', async () => {
    const { server, keys } = await openScene({
      requestHeaders: { 'X-Api-Key': 'k', Accept: 'text/html', 'accept-encoding': 'gzip' },
    })
    await keys.ready()
    expect(server.asked[0]?.headers).toMatchObject({
      'x-api-key': 'k',
      accept: 'application/jwk-set+json, application/json',
      'accept-encoding': 'identity',
      connection: 'close',
    })
  })
})

describe('keys that must not be used', () => {
  const symmetric = { kty: 'oct', kid: 'secret', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA' }
  const encryption = { ...createSigner('encryption').jwk, use: 'enc' }
  const unknown = { kty: 'QUANTUM', kid: 'later' }

  it('are left out and reported without key material, and the others serve', async () => {
    const events: KeysEvent[] = []
    const listen = (event: unknown) => events.push(event as KeysEvent)
    subscribe('portcullis:keys', listen)
    try {
      const { server, signer, keys, outcome } = await openScene()
      server.answer(answers.jwks([symmetric, signer.jwk, encryption, unknown]))
      expect(await outcome(signer.token())).toBe('accepted')
      const refused = [
        { index: 0, reason: expect.stringContaining('symmetric') },
        { index: 2, reason: expect.stringContaining('another use') },
        { index: 3, reason: expect.stringContaining('kty') },
      ]
      expect(keys.status()).toMatchObject({ keyIds: ['first'], refused, lastError: undefined })
      expect(events).toEqual([
        {
          source: server.jwksUri,
          outcome: 'fetched',
          keyIds: ['first'],
          refused,
          failures: 0,
          nextRefreshInSeconds: expect.any(Number),
        },
      ])
      server.answer(answers.status(500))
      await keys.reload().catch(() => undefined)
      expect(events[1]).toEqual({
        source: server.jwksUri,
        outcome: 'failed',
        keyIds: ['first'],
        refused: [],
        problem: `${server.jwksUri} answered with status 500`,
        failures: 1,
        nextRefreshInSeconds: 1,
      })
      const told = JSON.stringify([events, keys.status()])
      for (const { x, k } of [symmetric, signer.jwk, encryption] as { x?: string; k?: string }[]) {
        expect(told).not.toContain(x ?? k)
      }
    } finally {
      unsubscribe('portcullis:keys', listen)
    }
  })

  it('are both of two with the same id, in the first set and in those after it', async () => {
    const { server, signer, keys } = await openScene()
    server.answer(answers.jwks([good.jwk, signer.jwk, good.jwk]))
    for (let fetch = 0; fetch < 3; fetch++) {
      await keys.reload()
      expect(keys.status()).toMatchObject({ keyIds: ['first'], refused: [{ index: 0 }, { index: 2 }] })
      expect(await keys.find({ alg: 'ES256', kid: 'good' })).toBeUndefined()
    }
  })

  it('never verify anything: a MAC by a published symmetric key is refused', async () => {
    const { server, signer, keys, outcome } = await openScene()
    server.answer(answers.jwks([symmetric, signer.jwk]))
    await keys.ready()
    expect(await outcome(signer.token({ header: { alg: 'HS256', kid: 'secret' } }))).toBe('key_unknown')
    expect(await outcome(signer.token({ header: { alg: 'HS256' } }))).toBe('algorithm_not_allowed')
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
