import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { postgresDatabase } from '@portcullis/sync/postgres'
import { sql } from 'kysely'
import { startPair, type Tally } from './pair.ts'

/*
 * Random runs, each repeatable by its seed: a sender and a receiver that are killed at random steps, and a hostile
 * proxy between them. Ends with 0 only if after each run the data are equal, and each record was applied once.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    pairs: { type: 'string', default: '2' },
    database: { type: 'string', default: 'embedded' },
  },
})
const [runs, seed, pairs] = [Number(values.runs), Number(values.seed), Number(values.pairs)]
const url = values.database === 'embedded' ? undefined : values.database
const folder = await mkdtemp(join(tmpdir(), 'portcullis-storm-'))
const started = performance.now()
const tally: Tally = { runs: 0, records: 0, crashes: { sender: 0, receiver: 0 }, faults: new Map() }
const where = url === undefined ? 'the embedded database' : 'PostgreSQL'
process.stdout.write(`${runs} runs on ${where}, seed ${seed} (--seed ${seed} repeats them)\n`)

const made: string[] = []
const admin = url === undefined ? undefined : postgresDatabase<object>({ connectionString: url, max: 2 })
async function newDatabase(name: string): Promise<string> {
  if (admin === undefined || url === undefined) return join(folder, name)
  const unique = `portcullis_storm_${randomBytes(6).toString('hex')}`
  await sql`create database ${sql.id(unique)}`.execute(admin)
  made.push(unique)
  return Object.assign(new URL(url), { pathname: `/${unique}` }).href
}

let next = 0
const failures: string[] = []
async function work(index: number): Promise<void> {
  const addresses = { sender: await newDatabase(`${index}-a`), receiver: await newDatabase(`${index}-b`) }
  const pair = await startPair(addresses, tally)
  while (next < runs && failures.length === 0) {
    const run = seed * 100_000 + next++
    const late = setTimeout(() => failures.push(`run ${run} does not end`), 60_000)
    try {
      await Promise.race([pair.run(run), new Promise((_, reject) => setTimeout(reject, 60_000).unref())])
    } catch (error) {
      failures.push(`run ${run}: ${String(error)}`)
    }
    clearTimeout(late)
    if (tally.runs % 50 === 0) process.stdout.write(`${tally.runs} of ${runs}\n`)
  }
  await pair.stop()
}

await Promise.all(Array.from({ length: Math.min(pairs, runs) }, (_, index) => work(index)))
await rm(folder, { recursive: true, force: true })
for (const name of made)
  if (admin !== undefined) await sql`drop database ${sql.id(name)} with (force)`.execute(admin)
await admin?.destroy()

const faults = [...tally.faults].sort().map(([fault, count]) => `${fault} ${count}`)
process.stdout.write(
  [
    `${tally.runs} runs, ${tally.records} records, each applied once, in ${Math.round((performance.now() - started) / 1000)} s`,
    `killed: the sender ${tally.crashes.sender} times, the receiver ${tally.crashes.receiver} times`,
    `on the way: ${faults.join(', ')}`,
    ...failures,
    '',
  ].join('\n'),
)
process.exitCode = failures.length === 0 && tally.runs === runs ? 0 : 1
