import type { Database } from './database.js'
import { expectedStock, ordersFrom, type Order } from './orders.js'

/** What the two databases hold, read by somebody who writes nothing. */
export interface Ledger {
  readonly orders: { readonly shop: number; readonly warehouse: number }
  /** Changes of the stock that were applied in the web shop. */
  readonly changes: number
  /** Whether both databases hold exactly what they should after so many orders, and each record was applied once. */
  readonly isRight: boolean
}

export async function readLedger(shop: Database, warehouse: Database, orderCount: number): Promise<Ledger> {
  const expected = [...ordersFrom(1, orderCount)].sort(byId)
  const [ordersInShop, ordersInWarehouse] = await Promise.all([readOrders(shop), readOrders(warehouse)])
  const [stockInShop, stockInWarehouse] = await Promise.all([readStock(shop), readStock(warehouse)])
  const [ordersApplied, changesApplied] = await Promise.all([readApplied(warehouse), readApplied(shop)])
  const stock = expectedStock(expected)
  return {
    orders: { shop: ordersInShop.length, warehouse: ordersInWarehouse.length },
    changes: changesApplied.length,
    isRight:
      isSame(ordersInShop, expected) &&
      isSame(ordersInWarehouse, expected) &&
      isSame(stockInWarehouse, stock) &&
      isSame(stockInShop, stock) &&
      // One after the other, without a gap, and none twice. The stock is told once at first, and once for each order.
      isSame(ordersApplied, upTo(orderCount)) &&
      isSame(changesApplied, upTo(orderCount + stock.length)),
  }
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const byId = (one: Order, other: Order) => (one.id < other.id ? -1 : 1)

async function readOrders(database: Database): Promise<readonly Order[]> {
  return database.selectFrom('orders').select(['id', 'item', 'quantity']).orderBy('id').execute()
}

async function readStock(database: Database): Promise<readonly unknown[]> {
  const rows = await database.selectFrom('stock').select(['item', 'level']).orderBy('item').execute()
  return rows.map(({ item, level }) => [item, level])
}

async function readApplied(database: Database): Promise<readonly number[]> {
  const rows = await database.selectFrom('applied').select('sequence').orderBy('sequence').execute()
  return rows.map(({ sequence }) => sequence)
}
