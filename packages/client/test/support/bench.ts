import { generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  clientSecret,
  createTokenSource,
  type TokenSource,
  type TokenSourceOptions,
} from '@portcullis/client'
import {
  createApiKeys,
  createClientSecret,
  createIssuer,
  createKeyRing,
  staticClients,
  toNodeHandler,
  TOKEN_EXCHANGE,
  type Client,
  type Issuer,
  type IssuerOptions,
} from '@portcullis/issuer'
import { createClock } from './clock.ts'
import { start } from '../../../../test/support/start.ts'

const { secret, digest } = createClientSecret()
export const SECRET = secret
export const clientKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...clientKey.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }

const access = { 'inventory-api': ['stock:read', 'stock:write'], 'billing-api': ['bills:write'] }
const CLIENTS = [
  {
    id: 'orders:service',
    authentication: { method: 'client_secret', secrets: [{ digest }] },
    grants: ['client_credentials', 'refresh_token', TOKEN_EXCHANGE],
    access,
    audiences: ['orders-api'],
  },
  {
    id: 'signer',
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk] } },
    grants: ['client_credentials'],
    access,
  },
  { id: 'keyed', authentication: { method: 'api_key' }, grants: ['client_credentials'], access },
  {
    id: 'app',
    authentication: { method: 'none' },
    grants: ['refresh_token'],
    access: { 'orders-api': ['orders:read', 'stock:read'], 'inventory-api': ['stock:read'] },
  },
] satisfies readonly Client[]

export interface Bench extends AsyncDisposable {
  readonly url: string
  readonly issuer: Issuer
  readonly apiKeys: ReturnType<typeof createApiKeys>
  readonly keyRing: ReturnType<typeof createKeyRing>
  readonly clock: ReturnType<typeof createClock>
  /** The paths that were asked for. */
  readonly asked: string[]
  /** Number of requests at the token endpoint. */
  tokenRequests(): number
  source(options?: Partial<TokenSourceOptions>): TokenSource
  /** What answers in the place of the issuer, while it is set. */
  intercept: ((request: IncomingMessage) => Answer | undefined) | undefined
  close(): Promise<void>
}

/** An answer as it is sent; without one, nothing ever is. */
export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | (() => AsyncIterable<string>)
  readonly hang?: boolean
}

/** Our issuer over HTTP, with one client of every kind and a clock that both sides share. */
export async function setUp(options: Partial<IssuerOptions> = {}): Promise<Bench> {
  const clock = createClock()
  const apiKeys = createApiKeys({ prefix: 'acme_test', clock })
  const keyRing = createKeyRing({ clock })
  const asked: string[] = []
  let issuer!: Issuer
  const server = await start((url) => {
    issuer = createIssuer({
      issuer: url,
      keyRing,
      clients: staticClients(CLIENTS),
      apiKeys,
      clock,
      ...options,
    })
    const handler = toNodeHandler(issuer.handler)
    return async (request, response) => {
      asked.push(request.url ?? '')
      const answer = bench.intercept?.(request)
      if (answer === undefined) return handler(request, response)
      if (answer.hang === true) return undefined
      request.resume()
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      if (typeof answer.body !== 'function') return response.end(answer.body)
      for await (const part of answer.body()) {
        if (response.destroyed) return undefined
        response.write(part)
      }
      return response.end()
    }
  })
  const bench: Bench = {
    url: server.url,
    issuer,
    apiKeys,
    keyRing,
    clock,
    asked,
    intercept: undefined,
    tokenRequests: () => asked.filter((path) => path === '/token').length,
    source: (given = {}) => createTokenSource(sourceOptions(server.url, clock, given)),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  }
  return bench
}

function sourceOptions(
  issuer: string,
  clock: () => number,
  given: Partial<TokenSourceOptions>,
): TokenSourceOptions {
  return {
    issuer,
    clientId: 'orders:service',
    credential: clientSecret(SECRET),
    audience: 'inventory-api',
    clock,
    ...given,
  }
}
