import type { State } from './state.js'

export interface Order {
  readonly id: string
  /** The `sub` of whoever placed it. */
  readonly customer: string
  readonly item: string
  readonly quantity: number
  /** In cents. */
  readonly amount: number
  readonly state: 'paid' | 'cancelled'
}

export function createOrders(state: State) {
  const orders = state.records<Order>('orders')
  const numbers = state.records<number>('order-numbers')
  return {
    nextId: async () => `o-${(await numbers.change('last', (last = 0) => last + 1)) ?? 0}`,
    add: (order: Order) => orders.change(order.id, () => order),
    find: (id: string) => orders.find(id),
    all: () => orders.all(),
    cancel: (id: string) => orders.change(id, (order) => order && { ...order, state: 'cancelled' }),
  }
}
