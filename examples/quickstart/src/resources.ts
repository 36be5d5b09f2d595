/** What tokens can be asked for (RFC 8707), and the `aud` that the service behind it answers to. */
export const RESOURCES: ReadonlyMap<string, string> = new Map([
  ['https://orders.example.com', 'orders-api'],
  ['https://billing.example.com', 'billing-api'],
])

export const ORDERS = 'https://orders.example.com'
export const BILLING = 'https://billing.example.com'
