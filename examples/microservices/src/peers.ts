import { authorizedFetch, createTokenSource, ownSigner } from '@portcullis/client'
import { createKeyRing, createSigner, jwksHandler } from '@portcullis/issuer'
import { PAYMENTS_CREATE, STOCK_RESERVE } from './scopes.js'
import type { ServiceContext } from './service-context.js'
import type { Reservation } from './stock.js'

/** What orders asks of the others. */
export interface Peers {
  /** @returns undefined where there is not as much */
  reserve(order: string, item: string, quantity: number): Promise<Reservation | undefined>
  release(order: string, item: string): Promise<void>
  charge(order: string, customer: string, amount: number): Promise<void>
  /** What the others verify the tokens by. */
  readonly jwks: (request: Request) => Promise<Response>
}

/** Calls the others with tokens that orders signs itself, with its own key: nobody is asked for a token. */
export function createPeers({ addresses, clock, state }: ServiceContext): Peers {
  const keyRing = createKeyRing({ store: state.keyRing('orders'), clock })
  const signer = createSigner({ issuer: addresses.orders, keyRing, clock })
  const source = createTokenSource({
    clientId: 'orders',
    credential: ownSigner(signer),
    audience: 'catalog',
    scope: STOCK_RESERVE,
    clock,
  })
  const toBilling = source.for({ audience: 'billing', scope: PAYMENTS_CREATE })
  const catalog = authorizedFetch(source, { origins: [addresses.catalog] })
  const billing = authorizedFetch(toBilling, { origins: [addresses.billing] })
  const reservations = (item: string) =>
    `${addresses.catalog}/catalog/items/${encodeURIComponent(item)}/reservations`
  const json = (body: object): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  })

  return {
    jwks: jwksHandler(keyRing),
    async reserve(order, item, quantity) {
      const response = await catalog(reservations(item), json({ order, quantity }))
      if (response.status === 409) return undefined
      requireStatus(response, 201)
      return (await response.json()) as Reservation
    },
    async release(order, item) {
      const url = `${reservations(item)}/${encodeURIComponent(order)}`
      requireStatus(await catalog(url, { method: 'DELETE', signal: AbortSignal.timeout(5000) }), 204)
    },
    async charge(order, customer, amount) {
      const response = await billing(
        `${addresses.billing}/billing/payments`,
        json({ order, customer, amount }),
      )
      requireStatus(response, 201)
    },
  }
}

function requireStatus(response: Response, expected: number): void {
  if (response.status !== expected) throw new Error(`a peer answered ${response.status}`)
}
