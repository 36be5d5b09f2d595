import { BatchRefused, type Batch, type SqlOutbox, type SyncRecord } from '@portcullis/sync'
import type { Transaction } from 'kysely'
import type { Tables } from './database.js'
import { crashPoint } from './crash-points.js'

export type Apply = (batch: Batch, transaction: Transaction<Tables>) => Promise<void>

/**
 * In the warehouse: an order takes from the stock, and the web shop is told of the new level, all in one transaction
 * with the cursor. An order that was applied twice would take twice.
 */
export function applyOrders(outbox: SqlOutbox<Tables>): Apply {
  return eachRecord(async ({ id, data }, transaction) => {
    const { item, quantity } = orderIn(data)
    await transaction
      .insertInto('orders')
      .values({ id: id.slice('order/'.length), item, quantity })
      .execute()
    const { level, version } = await transaction
      .updateTable('stock')
      .set(({ eb }) => ({ level: eb('level', '-', quantity), version: eb('version', '+', 1) }))
      .where('item', '=', item)
      .returning(['level', 'version'])
      .executeTakeFirstOrThrow()
    await outbox.append(transaction, [{ id: `item/${item}`, version, data: { level } }])
  })
}

/** In the web shop: the warehouse says what there is. */
export function applyStock(): Apply {
  return eachRecord(async ({ id, version = 0, data }, transaction) => {
    const { level } = data as { readonly level: unknown }
    if (typeof level !== 'number') throw new BatchRefused('a level is a number')
    await transaction
      .insertInto('stock')
      .values({ item: id.slice('item/'.length), level, version })
      .onConflict((conflict) => conflict.column('item').doUpdateSet({ level, version }))
      .execute()
  })
}

function eachRecord(
  applyRecord: (record: SyncRecord, transaction: Transaction<Tables>) => Promise<void>,
): Apply {
  return async ({ stream, pages }, transaction) => {
    for await (const page of pages) {
      for (const record of page) {
        await applyRecord(record, transaction)
        await transaction.insertInto('applied').values({ stream, sequence: record.sequence }).execute()
        crashPoint('half of a batch is applied')
      }
    }
    crashPoint('a batch is applied, and not committed')
  }
}

/** What comes from elsewhere is looked at, also when it is signed. */
function orderIn(data: unknown): { readonly item: string; readonly quantity: number } {
  const { item, quantity } = (data ?? {}) as Readonly<Record<string, unknown>>
  if (typeof item === 'string' && Number.isSafeInteger(quantity))
    return { item, quantity: quantity as number }
  throw new BatchRefused('an order has an item and a quantity')
}
