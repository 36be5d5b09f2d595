/** The scope that the tokens of orders have at catalog. */
export const STOCK_RESERVE = 'stock:reserve'

/** The scope that the tokens of orders have at billing. */
export const PAYMENTS_CREATE = 'payments:create'

/** The scope of the tokens by which identity tells of sessions that have ended. No client can get it. */
export const SESSIONS_END = 'sessions:end'
