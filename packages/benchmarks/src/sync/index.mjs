import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { figure, ratio, table } from '../measuring/table.mjs'
import { CARRIERS, openDatabases } from './parties.mjs'

const LARGE_MEBIBYTES = 64
const LARGE_RECORD_BYTES = 16_384
const SMALL_RECORDS = 2000
const SMALL_RECORD_BYTES = 100
const SMALL_BATCHES = [1, 10, 100, 1000]
const ROUNDS = 3

/**
 * Records from one database to another, over HTTP on loopback, all in this process: signed, and the same transfer
 * without signing. What is measured begins with a filled outbox, and ends when all of it is applied and acknowledged.
 */
export async function measure(pace, progress) {
  const large = {}
  const bytes = shareOf(LARGE_MEBIBYTES * 2 ** 20, pace, LARGE_RECORD_BYTES)
  const records = recordsOf(Math.ceil(bytes / LARGE_RECORD_BYTES), LARGE_RECORD_BYTES)
  for (const encoding of ['identity', 'gzip']) {
    progress(`one large batch, ${encoding}`)
    const batch = { records: records.length, bytes: 2 ** 40 }
    large[encoding] = await contest(pace, { records, batch, encoding })
  }
  const small = {}
  const each = recordsOf(shareOf(SMALL_RECORDS, pace, 2), SMALL_RECORD_BYTES)
  for (const size of SMALL_BATCHES) {
    progress(`batches of ${size}`)
    // Fewer where each costs the most: a batch is a transaction on either side.
    const some = each.slice(0, Math.max(2, Math.min(each.length, 200 * size)))
    small[size] = await contest(pace, { records: some, batch: { records: size }, encoding: 'identity' })
  }
  return { mebibytes: bytes / 2 ** 20, large, small }
}

const recordsOf = (count, bytes) =>
  Array.from({ length: count }, (_, index) => ({
    id: `item/${index}`,
    data: randomBytes(Math.ceil(bytes / 2)).toString('hex'),
  }))

function contest(pace, work) {
  const contenders = Object.fromEntries(
    Object.entries(CARRIERS).map(([name, carrier]) => [name, () => sample(carrier, work)]),
  )
  return interleave(contenders, { rounds: Math.min(pace.rounds, ROUNDS), warmUp: Math.min(pace.warmUp, 1) })
}

async function sample(carrier, { records, ...settings }) {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'))
  const databases = await openDatabases(folder, records)
  const { push, close } = await carrier({ ...databases, ...settings })
  const before = process.cpuUsage()
  const started = performance.now()
  await push()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  close()
  const { count } = await databases.database
    .selectFrom('items')
    .select((select) => select.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  await databases.close()
  await rm(folder, { recursive: true, force: true })
  if (Number(count) !== records.length) throw new Error(`${count} of ${records.length} records were applied`)
  const bytes = records.reduce((sum, { data }) => sum + data.length, 0)
  return {
    mebibytesPerSecond: bytes / 2 ** 20 / seconds,
    recordsPerSecond: records.length / seconds,
    cpuMicroseconds: (user + system) / records.length,
  }
}

export function print({ mebibytes, large, small }) {
  return [
    rows(
      `one batch of ${figure(mebibytes)} MiB`,
      'MiB/s',
      large,
      ({ mebibytesPerSecond }) => mebibytesPerSecond,
    ),
    rows(
      'records of 100 bytes',
      'records/s',
      small,
      ({ recordsPerSecond }) => recordsPerSecond,
      'batches of ',
    ),
  ].join('\n\n')
}

function rows(title, unit, contests, speed, prefix = '') {
  return table(
    [title, `signed, ${unit}`, `plain, ${unit}`, 'signed to plain', 'CPU µs a record, signed', 'plain'],
    Object.entries(contests).map(([name, { signed, plain }]) => [
      prefix + name,
      figure(speed(signed)),
      figure(speed(plain)),
      ratio(speed(signed) / speed(plain)),
      figure(signed.cpuMicroseconds),
      figure(plain.cpuMicroseconds),
    ]),
  )
}
