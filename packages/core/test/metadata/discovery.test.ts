import * as oauth from 'oauth4webapi'
import { SHOP, startAuthorizationServer } from './support/authorization-server.js'
import { listen, PATH, SERVICES, type Listening } from './support/services.js'

// eslint-disable-next-line @typescript-eslint/no-deprecated -- everything here is on loopback
const INSECURE = { [oauth.allowInsecureRequests]: true } as const
const WELL_KNOWN = `/.well-known/oauth-protected-resource${PATH}`

let authorizationServer: Listening
beforeAll(async () => {
  authorizationServer = await startAuthorizationServer()
}, 120_000)
afterAll(() => {
  authorizationServer.close()
})

describe.each(SERVICES)('%s', (_name, create) => {
  let service: Listening
  let resource: string
  beforeAll(async () => {
    service = await listen((url) => create({ issuer: authorizationServer.url, resource: `${url}${PATH}` }))
    resource = `${service.url}${PATH}`
  }, 120_000)
  afterAll(() => {
    service.close()
  })

  /** What the service says to whoever has no good token. */
  async function challengeFor(token: string): Promise<oauth.WWWAuthenticateChallenge> {
    const orders = new URL(`${resource}/orders`)
    const attempt = oauth.protectedResourceRequest(token, 'GET', orders, undefined, undefined, INSECURE)
    const error = await attempt.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
    return (error as oauth.WWWAuthenticateChallengeError).cause[0]!
  }

  test('a client that knows only the address of the service finds its way in', async () => {
    const challenge = await challengeFor('no-token')
    const response = await oauth.resourceDiscoveryRequest(new URL(resource), INSECURE)
    expect(response.url).toBe(challenge.parameters.resource_metadata)

    const metadata = await oauth.processResourceDiscoveryResponse(new URL(resource), response)
    const issuer = new URL(metadata.authorization_servers![0]!)
    const found = await oauth.discoveryRequest(issuer, INSECURE)
    const as = await oauth.processDiscoveryResponse(issuer, found)
    const client = { client_id: SHOP.client_id }
    const granted = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      oauth.ClientSecretBasic(SHOP.client_secret),
      new URLSearchParams({ resource: metadata.resource, scope: metadata.scopes_supported!.join(' ') }),
      INSECURE,
    )
    const { access_token: token } = await oauth.processClientCredentialsResponse(as, client, granted)

    const orders = new URL(`${resource}/orders`)
    const answer = await oauth.protectedResourceRequest(token, 'GET', orders, undefined, undefined, INSECURE)
    expect([answer.status, await answer.json()]).toEqual([200, 'shop'])
  })

  test('every challenge names where the metadata are', async () => {
    const without = await fetch(`${resource}/orders`)
    expect(without.headers.get('WWW-Authenticate')).toBe(
      `Bearer resource_metadata="${service.url}${WELL_KNOWN}"`,
    )
    const { scheme, parameters } = await challengeFor('no-token')
    expect([scheme, parameters.error]).toEqual(['bearer', 'invalid_token'])
    expect(parameters.resource_metadata).toBe(`${service.url}${WELL_KNOWN}`)
  })

  test('the document is JSON that anyone may read and keep for an hour, a page of another origin as well', async () => {
    const response = await fetch(`${service.url}${WELL_KNOWN}`, {
      headers: { origin: 'https://app.example.com' },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=3600')
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(await response.json()).toEqual({
      resource,
      authorization_servers: [authorizationServer.url],
      scopes_supported: ['orders:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Orders',
    })
  })

  test('the document is there for HEAD and with a query, and nothing else is opened with it', async () => {
    const head = await fetch(`${service.url}${WELL_KNOWN}`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect((await fetch(`${service.url}${WELL_KNOWN}?at=now`)).status).toBe(200)
    for (const [method, path] of [
      ['GET', `${WELL_KNOWN}/more`],
      ['GET', '/.well-known/oauth-protected-resource'],
      ['POST', WELL_KNOWN],
    ] as const) {
      const response = await fetch(service.url + path, { method })
      expect([method, path, response.ok]).toEqual([method, path, false])
      expect(await response.text()).not.toContain('authorization_servers')
    }
  })
})
