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

export function createOrders() {
  const orders = new Map<string, Order>()
  let last = 0
  return {
    nextId: () => `o-${++last}`,
    add(order: Order): Order {
      orders.set(order.id, order)
      return order
    },
    find: (id: string) => orders.get(id),
    all: (): readonly Order[] => [...orders.values()],
    cancel(id: string): Order | undefined {
      const order = orders.get(id)
      return order === undefined ? undefined : this.add({ ...order, state: 'cancelled' })
    },
  }
}
