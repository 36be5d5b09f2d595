import type { PersonName } from './people.js'
import type { ServiceName } from './service-context.js'

/** Who asks: nobody in particular, a person with her token, or orders with one of its own. */
export const CALLERS = ['nobody', 'carol', 'dave', 'clara', 'max', 'orders'] as const satisfies readonly (
  PersonName | 'nobody' | 'orders'
)[]

export type Caller = (typeof CALLERS)[number]

/** Something to ask for, and what is right to answer each caller. */
export interface Route {
  readonly service: Exclude<ServiceName, 'gateway'>
  readonly method: string
  readonly path: string
  readonly json?: unknown
  readonly expected: Readonly<Record<Caller, number>>
}

type Expected = readonly [
  nobody: number,
  carol: number,
  dave: number,
  clara: number,
  max: number,
  orders: number,
]

function route(method: string, path: string, expected: Expected, json?: unknown): Route {
  const service = path.split('/')[1] as Route['service']
  const byCaller = Object.fromEntries(
    CALLERS.map((caller, at) => [caller, expected[at]]),
  ) as Route['expected']
  return { service, method, path, json, expected: byCaller }
}

/** Carol has placed the order `o-1`. Orders takes no tokens of its own, and so does not know itself: 401. */
export const ROUTES: readonly Route[] = [
  route('GET', '/catalog/items', [200, 200, 200, 200, 200, 200]),
  route('PUT', '/catalog/items/tea/stock', [401, 403, 403, 200, 200, 403], { quantity: 100 }),
  route('POST', '/catalog/items/tea/reservations', [401, 403, 403, 403, 403, 201], {
    order: 'x',
    quantity: 1,
  }),
  route('POST', '/orders', [401, 201, 201, 403, 403, 401], { item: 'tea', quantity: 1 }),
  route('GET', '/orders', [401, 403, 403, 200, 200, 401]),
  route('GET', '/orders/o-1', [401, 200, 403, 200, 200, 401]),
  route('POST', '/orders/o-1/cancellation', [401, 403, 403, 403, 200, 401]),
  route('POST', '/billing/payments', [401, 403, 403, 403, 403, 201], {
    order: 'x',
    customer: 'p-101',
    amount: 1,
  }),
  route('GET', '/billing/payments', [401, 403, 403, 403, 200, 403]),
  route('POST', '/billing/payments/o-1/refund', [401, 403, 403, 403, 200, 403]),
]
