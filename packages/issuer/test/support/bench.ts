import { generateKeyPairSync } from 'node:crypto'
import {
  createApiKeys,
  createClientSecret,
  createIssuer,
  createKeyRing,
  staticClients,
  TOKEN_EXCHANGE,
  type Client,
  type ClientStore,
  type IssuerEvent,
  type IssuerOptions,
} from '@portcullis/issuer'
import { createClock } from './clock.ts'

export const ISSUER = 'https://id.example.com'
const [first, second, orders] = [createClientSecret(), createClientSecret(), createClientSecret()]
export const SECRET = first.secret
export const NEW_SECRET = second.secret
export const ORDERS_SECRET = orders.secret
export const assertionKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...assertionKey.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }

/** A few clients of every kind, on an issuer whose clock stands still. */
export function setUp(options: Partial<IssuerOptions> & { readonly expiresAt?: number } = {}) {
  const clock = createClock()
  const { expiresAt = clock() + 1000, ...rest } = options
  const access = { 'inventory-api': ['stock:read', 'stock:write'] }
  const clients: Client[] = [
    {
      id: 'batch job',
      authentication: {
        method: 'client_secret',
        secrets: [{ digest: first.digest, expiresAt }, { digest: second.digest }],
      },
      grants: ['client_credentials'],
      access: { ...access, 'https://billing.example.com/': ['bills:write'] },
      roles: ['robot'],
      claims: { tenant: 'a' },
    },
    {
      id: 'orders',
      authentication: { method: 'client_secret', secrets: [{ digest: orders.digest }] },
      grants: ['client_credentials', TOKEN_EXCHANGE],
      access,
      audiences: ['orders-api'],
    },
    {
      id: 'signer',
      authentication: { method: 'private_key_jwt', jwks: { keys: [jwk as never] } },
      grants: ['client_credentials', TOKEN_EXCHANGE],
      access: { 'other-api': ['stock:read'] },
      audiences: ['inventory-api'],
    },
    { id: 'keyed', authentication: { method: 'api_key' }, grants: ['client_credentials'], access },
    {
      id: 'web',
      authentication: { method: 'none' },
      grants: ['refresh_token'],
      access: { 'orders-api': ['orders:read', 'stock:read'] },
    },
    {
      id: 'other web',
      authentication: { method: 'none' },
      grants: ['refresh_token'],
      access: { 'orders-api': ['orders:read'] },
    },
  ].map((client) => client as Client)
  const events: IssuerEvent[] = []
  const registered = staticClients(clients.map((client) => ({ ...client, id: client.id.replace(' ', '+') })))
  const store: ClientStore = { find: (id) => registered.find(id) }
  const apiKeys = createApiKeys({ prefix: 'acme_test', clock })
  const keyRing = createKeyRing({ clock })
  const issuer = createIssuer({
    issuer: ISSUER,
    keyRing,
    clients: store,
    apiKeys,
    clock,
    onEvent: (event) => events.push(event),
    ...rest,
  })
  return { clock, issuer, apiKeys, keyRing, events, clients: store }
}

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
})

/** Posts a form, or a body as it is. */
export function post(
  path: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Request {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  return new Request(ISSUER + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })
}

export const json = async (response: Response): Promise<Record<string, unknown>> => ({
  ...((await response.json()) as Record<string, unknown>),
  status: response.status,
})
