import type { Kysely } from 'kysely'
import type { Fault } from '../support/proxy.ts'
import { startProxy } from '../support/proxy.ts'
import { newKey } from '../support/party.ts'
import { startPhoenix, type Phoenix } from './child.ts'
import type { FromChild } from './messages.ts'
import { createData, openDatabase, type StormTables } from './open.ts'
import { expectedOf, planOf, type Plan, type Side } from './plan.ts'

export interface Tally {
  runs: number
  records: number
  readonly crashes: Record<Side, number>
  readonly faults: Map<Fault, number>
}

/** A sender and a receiver, each a process with a database of its own, and somebody hostile between them. */
export async function startPair(
  addresses: { readonly sender: string; readonly receiver: string },
  tally: Tally,
) {
  const keys = { sender: newKey(), receiver: newKey() }
  const database = await openDatabase(addresses.receiver)
  await createData(database)
  let target = ''
  let plan: Plan | undefined
  let waiting: { resolve(): void; reject(reason: Error): void } | undefined
  const left = { sender: 0, receiver: 0 }

  const proxy = await startProxy(
    () => target,
    () => {
      const fault = plan?.nextFault()
      if (fault !== undefined) tally.faults.set(fault, (tally.faults.get(fault) ?? 0) + 1)
      return fault
    },
  )
  const onMessage = (message: FromChild) => {
    if (message.kind === 'done') waiting?.resolve()
    if (message.kind === 'failed') waiting?.reject(new Error(message.reason))
  }
  const parties: Partial<Record<Side, Phoenix>> = {}

  /** The next crash of a side that has just started, if there is one left. */
  const arm = (side: Side) => {
    const crash = plan?.crashes.filter((each) => each.side === side)[left[side]++]
    if (crash?.step !== 'any') {
      parties[side]?.tell({ kind: 'arm', crash })
      return
    }
    const planned = plan
    setTimeout(() => {
      if (plan === planned) parties[side]?.kill()
    }, crash.count)
  }
  const begin = (side: Side) => {
    if (plan === undefined) return
    arm(side)
    // What cannot be told to another process, and need not be.
    const work = { ...plan, crashes: undefined, nextFault: undefined }
    if (side === 'sender')
      parties.sender?.tell({ kind: 'work', work: { ...work, url: `${proxy.origin}/sync` } })
    else parties.receiver?.tell({ kind: 'open', ...plan })
  }

  parties.receiver = await startPhoenix(
    './receiver-process.mjs',
    { address: addresses.receiver, keys },
    ({ origin = '' }) => {
      target = origin
      begin('receiver')
    },
    onMessage,
  )
  parties.sender = await startPhoenix(
    './sender-process.mjs',
    { address: addresses.sender, keys },
    () => {
      begin('sender')
    },
    onMessage,
  )

  return {
    async run(seed: number): Promise<void> {
      const next = planOf(seed)
      const done = new Promise<void>((resolve, reject) => (waiting = { resolve, reject }))
      Object.assign(left, { sender: 0, receiver: 0 })
      plan = next
      begin('receiver')
      begin('sender')
      try {
        await done
      } finally {
        plan = undefined
        parties.receiver?.tell({ kind: 'arm', crash: undefined })
        parties.sender?.tell({ kind: 'arm', crash: undefined })
      }
      await check(database, next)
      tally.runs++
      tally.records += next.records
    },
    async stop() {
      for (const side of ['sender', 'receiver'] as const) tally.crashes[side] += parties[side]?.deaths ?? 0
      await Promise.all([parties.sender?.stop(), parties.receiver?.stop()])
      await proxy.close()
      await database.destroy()
    },
  }
}

/** Equal data, and each record applied once. */
async function check(database: Kysely<StormTables>, plan: Plan): Promise<void> {
  const { stream, records } = plan
  const items = await database.selectFrom('items').selectAll().where('stream', '=', stream).execute()
  const applications = await database
    .selectFrom('applications')
    .select('sequence')
    .where('stream', '=', stream)
    .execute()
  const expected = expectedOf(plan)
  const isEqual = items.length === expected.size && items.every(({ id, data }) => expected.get(id) === data)
  const once = new Set(applications.map(({ sequence }) => Number(sequence)))
  const alarms = await database
    .selectFrom('portcullis_sync_alarms' as never)
    .selectAll()
    .execute()
  if (!isEqual) throw new Error(`the data differ: ${items.length} items, ${expected.size} expected`)
  if (once.size !== records || applications.length !== records) {
    throw new Error(`${records} records, applied ${applications.length} times, ${once.size} of them once`)
  }
  if (alarms.length > 0) throw new Error(`${alarms.length} alarms`)
}
