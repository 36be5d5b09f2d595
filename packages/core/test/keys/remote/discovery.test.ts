import { createVerifier, discoverKeys, type DiscoverKeysOptions, type RemoteKeys } from '@portcullis/core'
import { metadataUrls } from '../../../src/keys/remote/metadata-urls.js'
import { drop, hang, held, html, json, jwks, redirect, status } from './support/answers.js'
import { startKeyServer, type KeyServer } from './support/key-server.js'
import { createTestClock, outcomeOf, type TestClock } from './support/scene.js'
import { AUDIENCE, createSigner, type Signer } from './support/signer.js'

const OPENID = '/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server'

interface DiscoveryScene {
  readonly server: KeyServer
  readonly issuer: string
  readonly signer: Signer
  readonly clock: TestClock
  readonly keys: RemoteKeys
  readonly outcome: (signer: Signer) => Promise<string>
}

const opened: { readonly server: KeyServer; readonly keys: RemoteKeys }[] = []

async function openDiscovery(path = '', options: DiscoverKeysOptions = {}): Promise<DiscoveryScene> {
  const signer = createSigner('first')
  const server = await startKeyServer(jwks([signer.jwk]))
  const issuer = `${server.origin}${path}`
  const clock = createTestClock()
  const keys = discoverKeys(issuer, { clock: clock.now, ...options })
  const verify = createVerifier({ issuer, audience: AUDIENCE, keys, cacheSize: 0 })
  opened.push({ server, keys })
  return {
    server,
    issuer,
    signer,
    clock,
    keys,
    outcome: (one) => outcomeOf(verify(one.token({ claims: { iss: issuer } }))),
  }
}

afterEach(async () => {
  for (const { server, keys } of opened.splice(0)) {
    keys.close()
    await server.close()
  }
})

const metadata = ({ server, issuer }: DiscoveryScene, more: object = {}) =>
  json({ issuer, jwks_uri: server.jwksUri, ...more })

describe('the places of metadata', () => {
  it.each([
    ['https://id.example.com', [OPENID, OAUTH]],
    ['https://id.example.com/', [OPENID, OAUTH]],
    ['https://id.example.com/tenant', [`/tenant${OPENID}`, `${OAUTH}/tenant`, `${OPENID}/tenant`]],
    ['https://id.example.com/tenant/', [`/tenant${OPENID}`, `${OAUTH}/tenant`, `${OPENID}/tenant`]],
    ['https://id.example.com/a/b', [`/a/b${OPENID}`, `${OAUTH}/a/b`, `${OPENID}/a/b`]],
    ['https://id.example.com:8443/a%2Fb', [`/a%2Fb${OPENID}`, `${OAUTH}/a%2Fb`, `${OPENID}/a%2Fb`]],
  ])('of %s are as OpenID Connect Discovery and RFC 8414 have it', (issuer, paths) => {
    const { origin } = new URL(issuer)
    expect(metadataUrls(new URL(issuer)).map(({ href }) => href)).toEqual(paths.map((path) => origin + path))
  })

  it.each([
    ['', OPENID],
    ['', OAUTH],
    ['/', OPENID],
    ['/', OAUTH],
    ['/tenant', `/tenant${OPENID}`],
    ['/tenant', `${OAUTH}/tenant`],
    ['/tenant', `${OPENID}/tenant`],
    ['/tenant/', `/tenant${OPENID}`],
    ['/tenant/', `${OAUTH}/tenant`],
    ['/tenant/', `${OPENID}/tenant`],
  ])('for an issuer with the path "%s" include %s', async (path, place) => {
    const scene = await openDiscovery(path)
    scene.server.answer(metadata(scene), place)
    expect(await scene.outcome(scene.signer)).toBe('accepted')
  })

  it.each([
    ['is missing', status(404)],
    ['is forbidden', status(403)],
    ['redirects to a login page', redirect('/login')],
    ['answers every path with HTML', html],
    ['fails', status(500)],
  ])('are tried further when the first one %s', async (_, answer) => {
    const scene = await openDiscovery()
    scene.server.answer(answer, OPENID)
    scene.server.answer(metadata(scene), OAUTH)
    expect(await scene.outcome(scene.signer)).toBe('accepted')
  })

  it('are not tried further when the server cannot be reached', async () => {
    const scene = await openDiscovery()
    scene.server.answer(drop, OPENID)
    scene.server.answer(metadata(scene), OAUTH)
    expect(await scene.outcome(scene.signer)).toBe('keys_unavailable')
    expect(scene.server.count(OAUTH)).toBe(0)
  })

  it('begin with the one that was right the last time', async () => {
    const scene = await openDiscovery()
    scene.server.answer(metadata(scene), OAUTH)
    await scene.keys.ready()
    scene.clock.advance(600)
    await scene.keys.ready()
    expect(scene.server.asked.map(({ path }) => path)).toEqual([OPENID, OAUTH, '/jwks', OAUTH, '/jwks'])
  })
})

describe('discovery', () => {
  it('asks once for metadata and once for keys, however many requests wait', async () => {
    const scene = await openDiscovery()
    const slow = held(metadata(scene))
    scene.server.answer(slow.answer, OPENID)
    const outcomes = Promise.all(Array.from({ length: 100 }, () => scene.outcome(scene.signer)))
    await scene.server.arrived(1, OPENID)
    slow.letGo()
    expect(new Set(await outcomes)).toEqual(new Set(['accepted']))
    expect(scene.server.asked.map(({ path }) => path)).toEqual([OPENID, '/jwks'])
  })

  it('is what a verifier does by itself when it is given no keys', async () => {
    const scene = await openDiscovery()
    scene.server.answer(metadata(scene), OPENID)
    const { issuer, signer } = scene
    const verify = createVerifier({ issuer, audience: AUDIENCE })
    const { claims } = await verify(signer.token({ claims: { iss: issuer } }))
    expect(claims.iss).toBe(issuer)
  })

  it.each([
    ['another issuer', { issuer: 'https://evil.example' }],
    ['the issuer with a slash more', { issuer: 'slash' }],
    ['no issuer', { issuer: undefined }],
    ['a list of issuers', { issuer: ['https://id.example.com'] }],
    ['no jwks_uri', { jwks_uri: undefined }],
    ['a relative jwks_uri', { jwks_uri: '/jwks' }],
    ['a jwks_uri of plain http', { jwks_uri: 'http://id.example.com/jwks' }],
    ['a jwks_uri that is a file', { jwks_uri: 'file:///etc/passwd' }],
    ['a jwks_uri with a password', { jwks_uri: 'https://user:secret@id.example.com/jwks' }],
    ['a jwks_uri with a fragment', { jwks_uri: 'https://id.example.com/jwks#keys' }],
    ['a jwks_uri that is no string', { jwks_uri: { href: 'https://id.example.com' } }],
  ])('refuses metadata with %s', async (name, more) => {
    const scene = await openDiscovery()
    const wrong = name.endsWith('slash more') ? { issuer: `${scene.issuer}/` } : more
    scene.server.answer(metadata(scene, wrong), OPENID)
    scene.server.answer(metadata(scene), OAUTH)
    expect(await scene.outcome(scene.signer)).toBe('keys_unavailable')
    expect(scene.server.count()).toBe(0)
    expect(scene.keys.status().lastError).toMatch(/^the metadata of http/)
    expect(scene.keys.status().lastError).not.toMatch(/evil|secret|passwd/)
  })

  it('is not redirected', async () => {
    const scene = await openDiscovery()
    scene.server.answer(redirect('/moved'), OPENID)
    scene.server.answer(metadata(scene), '/moved')
    expect(await scene.outcome(scene.signer)).toBe('keys_unavailable')
    expect(scene.server.count('/moved')).toBe(0)
  })

  it('never remembers a failure as an answer', async () => {
    const scene = await openDiscovery()
    expect(await scene.outcome(scene.signer)).toBe('keys_unavailable')
    expect(scene.keys.status().lastError).toMatch(/^no metadata: .*openid-configuration .*404; .*oauth/)
    scene.server.answer(metadata(scene), OPENID)
    scene.clock.advance(1)
    expect(await scene.outcome(scene.signer)).toBe('accepted')
  })

  it('shares one timeout between metadata and keys', async () => {
    const scene = await openDiscovery('', { timeout: 0.3 })
    scene.server.answer(metadata(scene), OPENID)
    scene.server.answer(hang)
    const started = performance.now()
    expect(await scene.outcome(scene.signer)).toBe('keys_unavailable')
    expect(performance.now() - started).toBeLessThan(4000)
  })

  it('sends the headers of the user to the origin of the issuer only', async () => {
    const elsewhere = await startKeyServer()
    const scene = await openDiscovery('', { requestHeaders: { 'x-api-key': 'k' } })
    scene.server.answer(metadata(scene, { jwks_uri: elsewhere.jwksUri }), OPENID)
    elsewhere.answer(jwks([scene.signer.jwk]))
    expect(await scene.outcome(scene.signer)).toBe('accepted')
    expect(scene.server.asked[0]?.headers).toHaveProperty('x-api-key', 'k')
    expect(elsewhere.asked[0]?.headers).not.toHaveProperty('x-api-key')
    await elsewhere.close()
  })
})

describe('metadata that were read', () => {
  it('serve a lookup of an unknown key id without being read again', async () => {
    const scene = await openDiscovery()
    scene.server.answer(metadata(scene), OPENID)
    await scene.keys.ready()
    scene.clock.advance(10)
    const next = createSigner('second')
    scene.server.answer(jwks([scene.signer.jwk, next.jwk]))
    expect(await scene.outcome(next)).toBe('accepted')
    expect(scene.server.asked.map(({ path }) => path)).toEqual([OPENID, '/jwks', '/jwks'])
  })

  it('are read again with the keys, so that a changed jwks_uri is followed', async () => {
    const scene = await openDiscovery()
    scene.server.answer(metadata(scene), OPENID)
    await scene.keys.ready()
    const next = createSigner('second')
    scene.server.answer(jwks([next.jwk]), '/moved')
    scene.server.answer(metadata(scene, { jwks_uri: `${scene.server.origin}/moved` }), OPENID)
    scene.clock.advance(600)
    expect(await scene.outcome(next)).toBe('accepted')
    expect(await scene.outcome(scene.signer)).toBe('key_unknown')
  })

  it('are read again at once when their jwks_uri has failed', async () => {
    const scene = await openDiscovery()
    scene.server.answer(metadata(scene), OPENID)
    await scene.keys.ready()
    scene.server.answer(status(404))
    scene.server.answer(jwks([scene.signer.jwk]), '/moved')
    scene.server.answer(metadata(scene, { jwks_uri: `${scene.server.origin}/moved` }), OPENID)
    await scene.keys.reload().catch(() => undefined)
    await scene.keys.reload()
    expect(scene.server.count('/moved')).toBe(1)
  })

  it.each([
    ['fail', status(500)],
    ['hang', hang],
    [
      'are suddenly of another issuer',
      json({ issuer: 'https://evil.example', jwks_uri: 'https://evil.example' }),
    ],
  ])('keep their jwks_uri in use when they %s, up to the stale limit', async (_, answer) => {
    const scene = await openDiscovery('', { timeout: 0.4 })
    scene.server.answer(metadata(scene), OPENID)
    await scene.keys.ready()
    scene.server.answer(answer, OPENID)
    const next = createSigner('second')
    scene.server.answer(jwks([next.jwk]))
    scene.clock.advance(600)
    expect(await scene.outcome(next)).toBe('accepted')
    expect(scene.keys.status()).toMatchObject({ phase: 'fresh', failures: 0 })
    expect(scene.keys.status().lastError).toBeDefined()

    scene.clock.advance(86_400)
    expect(await scene.outcome(next)).toBe('keys_unavailable')
  })

  it('and keys that fail together leave the last good keys in use, then 503', async () => {
    const scene = await openDiscovery()
    scene.server.answer(metadata(scene), OPENID)
    await scene.keys.ready()
    scene.server.answer(drop, OPENID)
    scene.server.answer(drop)
    scene.clock.advance(3600)
    expect(await scene.outcome(scene.signer)).toBe('accepted')
    scene.clock.advance(86_400)
    expect(await scene.outcome(scene.signer)).toBe('keys_unavailable')
  })
})
