import type { State } from './state.js'

export interface Item {
  readonly id: string
  /** In cents. */
  readonly price: number
  readonly quantity: number
}

/** An item, with what each order has taken of it. */
interface Shelf extends Item {
  readonly taken: Readonly<Record<string, number>>
}

export interface Reservation {
  readonly order: string
  readonly item: string
  readonly quantity: number
  /** In cents, for all of it. */
  readonly amount: number
}

const AT_FIRST: readonly Shelf[] = [
  { id: 'tea', price: 450, quantity: 10, taken: {} },
  { id: 'coffee', price: 900, quantity: 10, taken: {} },
]

/** What is on the shelves. An order that reserves twice has reserved once. */
export async function createStock(state: State) {
  const shelves = state.records<Shelf>('stock')
  for (const shelf of AT_FIRST) await shelves.change(shelf.id, (known) => known ?? shelf)
  return {
    items: async (): Promise<readonly Item[]> => (await shelves.all()).map(itemOf),
    async set(id: string, quantity: number): Promise<Item | undefined> {
      const shelf = await shelves.change(id, (known) => known && { ...known, quantity })
      return shelf && itemOf(shelf)
    },
    /** @returns undefined where there is not as much */
    async reserve(order: string, id: string, quantity: number): Promise<Reservation | undefined> {
      const shelf = await shelves.change(id, (known) => known && take(known, order, quantity))
      const taken = shelf?.taken[order]
      if (shelf === undefined || taken === undefined) return undefined
      return { order, item: id, quantity: taken, amount: shelf.price * taken }
    },
    async release(order: string, id: string): Promise<void> {
      await shelves.change(id, (known) => known && giveBack(known, order))
    },
  }
}

const itemOf = ({ id, price, quantity }: Shelf): Item => ({ id, price, quantity })

function take(shelf: Shelf, order: string, quantity: number): Shelf | undefined {
  if (Object.hasOwn(shelf.taken, order)) return shelf
  if (shelf.quantity < quantity) return undefined
  return { ...shelf, quantity: shelf.quantity - quantity, taken: { ...shelf.taken, [order]: quantity } }
}

function giveBack(shelf: Shelf, order: string): Shelf | undefined {
  const { [order]: quantity, ...taken } = shelf.taken
  return quantity === undefined ? undefined : { ...shelf, quantity: shelf.quantity + quantity, taken }
}
