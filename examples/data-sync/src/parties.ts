/** The web shop takes orders, the warehouse owns the stock, and the stranger is another receiver of orders. */
export const NAMES = {
  shop: 'https://shop.example.com',
  warehouse: 'https://warehouse.example.com',
  stranger: 'https://stranger.example.com',
} as const

export type Side = 'shop' | 'warehouse'

export const OTHER_SIDE = { shop: 'warehouse', warehouse: 'shop' } as const satisfies Record<Side, Side>

/** What each side sends to the other. */
export const STREAMS = { shop: 'orders', warehouse: 'stock' } as const satisfies Record<Side, string>
