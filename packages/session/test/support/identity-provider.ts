import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import '../../../../test/support/without-notices.ts'
import { Provider } from 'oidc-provider'

export interface IdentityProvider {
  readonly issuer: string
  readonly clientSecret: string
  /** Goes where the application has sent the browser, signs in there, and answers where the browser is sent back to. */
  signIn(target: URL, user: string): Promise<string>
  /** Lets the provider publish other keys than it signs with. */
  breakSignatures(broken: boolean): void
  stop(): Promise<void>
}

const newKey = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
}

/** A real oidc-provider on loopback, with three clients of one redirect URI. */
export async function createIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const clientSecret = 'a secret of a test, and of nothing else'
  const stranger = newKey()
  let broken = false
  const server = createServer((request, response) => {
    if (broken && request.url === '/jwks') {
      const { kty, n, e, kid, alg, use } = stranger as Record<string, unknown>
      response.setHeader('content-type', 'application/jwk-set+json')
      response.end(JSON.stringify({ keys: [{ kty, n, e, kid, alg, use }] }))
    } else if (request.url?.startsWith('/interaction/') === true) {
      void interact(request.headers['x-user'] as string)
    } else {
      void answer(request, response)
    }
    async function interact(user: string) {
      const details = await provider.interactionDetails(request, response)
      const grant = new provider.Grant({ accountId: user, clientId: details.params['client_id'] as string })
      grant.addOIDCScope('openid')
      const result = { login: { accountId: user }, consent: { grantId: await grant.save() } }
      await provider.interactionFinished(request, response, result)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = (
    client_id: string,
    token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post' | 'none',
  ) => ({
    client_id,
    token_endpoint_auth_method,
    ...(token_endpoint_auth_method === 'none' ? {} : { client_secret: clientSecret }),
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code' as const],
    response_types: ['code' as const],
  })
  const provider = new Provider(issuer, {
    clients: [
      client('portcullis', 'client_secret_basic'),
      client('by form', 'client_secret_post'),
      client('public', 'none'),
    ],
    jwks: { keys: [newKey()] },
    cookies: { keys: ['a key of a test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  })
  const answer = provider.callback()

  return {
    issuer,
    clientSecret,
    breakSignatures(next) {
      broken = next
    },
    async signIn(target, user) {
      const jar = new Map<string, string>()
      let url = target.href
      while (url.startsWith(issuer)) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        const response = await fetch(url, { redirect: 'manual', headers: { cookie, 'x-user': user } })
        for (const line of response.headers.getSetCookie()) {
          const [pair = ''] = line.split(';')
          jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
        }
        const next = response.headers.get('location')
        if (next === null)
          throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
        url = new URL(next, url).href
      }
      return url
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
