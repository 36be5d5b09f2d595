import type { SqlOutbox } from '@portcullis/sync'
import type { Database, Tables } from './database.js'

export type Order = Tables['orders']

const ITEMS = ['apples', 'bread', 'cheese', 'dates', 'eggs'] as const
export const FIRST_LEVEL = 10_000

/** Orders that are the same each time, from number `first` on. */
export function ordersFrom(first: number, count: number): readonly Order[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index
    const item = ITEMS[number % ITEMS.length] ?? ITEMS[0]
    return { id: String(number), item, quantity: 1 + ((number * 7) % 5) }
  })
}

/** In the web shop: an order, and the news of it for the warehouse, in one transaction. */
export async function takeOrders(
  database: Database,
  outbox: SqlOutbox<Tables>,
  orders: readonly Order[],
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const taken = await transaction
      .insertInto('orders')
      .values(orders)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute()
    const isNew = new Set(taken.map(({ id }) => id))
    const news = orders.filter(({ id }) => isNew.has(id))
    if (news.length === 0) return
    await outbox.append(
      transaction,
      news.map(({ id, item, quantity }) => ({ id: `order/${id}`, data: { item, quantity } })),
    )
  })
}

/** In the warehouse: what there is at the beginning, and the news of it for the web shop. */
export async function fillStock(database: Database, outbox: SqlOutbox<Tables>): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const filled = await transaction
      .insertInto('stock')
      .values(ITEMS.map((item) => ({ item, level: FIRST_LEVEL, version: 1 })))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['item', 'level', 'version'])
      .execute()
    if (filled.length === 0) return
    await outbox.append(
      transaction,
      filled.map(({ item, level, version }) => ({ id: `item/${item}`, version, data: { level } })),
    )
  })
}

/** What the stock must be once all orders have been applied, each once. */
export function expectedStock(orders: readonly Order[]): readonly (readonly [item: string, level: number])[] {
  const ordered = (wanted: string) =>
    orders.filter(({ item }) => item === wanted).reduce((sum, { quantity }) => sum + quantity, 0)
  return ITEMS.map((item) => [item, FIRST_LEVEL - ordered(item)])
}
