import { TOKEN_EXCHANGE, type Client } from '@portcullis/issuer'

/** The services, by the names that stand in `aud`. */
export const ORDERS = 'orders-api'
export const INVENTORY = 'inventory-api'
export const BILLING = 'billing-api'

/**
 * Who may have which tokens: the whole of what the services may do to each other stands in this table.
 *
 * @param billingSecret the digest of its secret
 */
export function registeredClients(billingSecret: string): readonly Client[] {
  return [
    {
      // The shop's own login page: users sign in with it, and their tokens are for orders.
      id: 'shop',
      authentication: { method: 'none' },
      grants: ['refresh_token'],
      access: { [ORDERS]: ['orders:read', 'orders:write', 'stock:read', 'stock:reserve', 'invoices:write'] },
    },
    {
      id: 'orders',
      authentication: { method: 'api_key' },
      grants: ['client_credentials', TOKEN_EXCHANGE],
      audiences: [ORDERS],
      access: {
        [INVENTORY]: ['stock:read', 'stock:reserve', 'stock:count'],
        // Billing asks inventory for the price, and can pass on only what it was given.
        [BILLING]: ['invoices:write', 'stock:read'],
      },
    },
    {
      id: 'billing',
      authentication: { method: 'client_secret', secrets: [{ digest: billingSecret }] },
      grants: [TOKEN_EXCHANGE],
      audiences: [BILLING],
      access: { [INVENTORY]: ['stock:read'] },
    },
  ]
}

/** What the API keys of orders are made for: not all that orders may have. */
export const SCOPE_OF_API_KEYS = ['stock:read', 'stock:reserve', 'invoices:write']
