import { apiKey, authorizedFetch, createTokenSource, type AuthorizedFetch } from '@portcullis/client'
import { BILLING, INVENTORY } from './registered-clients.js'

/** How orders calls its peers: for each purpose a fetch whose tokens are for one target, with the scope it takes. */
export interface PeersOfOrders {
  readonly inventory: string
  readonly billing: string
  readonly readStock: AuthorizedFetch
  readonly reserveStock: AuthorizedFetch
  readonly writeInvoice: AuthorizedFetch
}

export interface PeersOfOrdersOptions {
  readonly issuer: string
  readonly inventory: string
  readonly billing: string
  /** Seconds since the epoch; a service of yours leaves it out. */
  readonly clock: () => number
}

export function createPeersOfOrders(
  key: string,
  { issuer, inventory, billing, clock }: PeersOfOrdersOptions,
): PeersOfOrders {
  const source = createTokenSource({ issuer, clientId: 'orders', credential: apiKey(key), clock })
  const calling = (url: string, audience: string, scope: string) =>
    authorizedFetch(source.for({ audience, scope }), { origins: [url] })
  return {
    inventory,
    billing,
    readStock: calling(inventory, INVENTORY, 'stock:read'),
    reserveStock: calling(inventory, INVENTORY, 'stock:reserve'),
    // stock:read is what billing passes on, when it asks inventory for the price.
    writeInvoice: calling(billing, BILLING, 'invoices:write stock:read'),
  }
}
