export interface Item {
  readonly id: string
  /** In cents. */
  readonly price: number
  readonly quantity: number
}

export interface Reservation {
  readonly order: string
  readonly item: string
  readonly quantity: number
  /** In cents, for all of it. */
  readonly amount: number
}

/** What is on the shelves. An order that reserves twice has reserved once. */
export function createStock() {
  const items = new Map<string, Item>([
    ['tea', { id: 'tea', price: 450, quantity: 10 }],
    ['coffee', { id: 'coffee', price: 900, quantity: 10 }],
  ])
  const reservations = new Map<string, Reservation>()
  const set = (id: string, quantity: number): Item | undefined => {
    const known = items.get(id)
    if (known === undefined) return undefined
    const item = { ...known, quantity }
    items.set(id, item)
    return item
  }
  return {
    items: (): readonly Item[] => [...items.values()],
    set,
    /** @returns undefined where there is not as much */
    reserve(order: string, id: string, quantity: number): Reservation | undefined {
      const known = reservations.get(order)
      if (known !== undefined) return known
      const item = items.get(id)
      if (item === undefined || item.quantity < quantity) return undefined
      set(id, item.quantity - quantity)
      const reservation = { order, item: id, quantity, amount: item.price * quantity }
      reservations.set(order, reservation)
      return reservation
    },
    release(order: string): void {
      const known = reservations.get(order)
      if (known === undefined) return
      reservations.delete(order)
      set(known.item, (items.get(known.item)?.quantity ?? 0) + known.quantity)
    },
  }
}
