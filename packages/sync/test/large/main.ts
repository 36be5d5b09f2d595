import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { newKey } from '../support/party.ts'
import { countOf, type Setting, type Told } from './setting.ts'

/*
 * One batch of so many mebibytes, from a process with a database to another one. Ends with 0 only if all of it was
 * applied, and neither process has ever had more memory than the limit.
 */
const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '1024' },
    limit: { type: 'string', default: '200' },
    encoding: { type: 'string', default: 'identity' },
  },
})
const mebibytes = Number(values.mebibytes)
const folder = await mkdtemp(join(tmpdir(), 'portcullis-large-'))
const setting = {
  keys: { sender: newKey(), receiver: newKey() },
  mebibytes,
  encoding: values.encoding as Setting['encoding'],
}
const start = (name: string, more: Partial<Setting>) =>
  fork(new URL(`./${name}-process.mjs`, import.meta.url), {
    env: {
      ...process.env,
      LARGE_SETTING: JSON.stringify({ ...setting, address: join(folder, name), ...more }),
    },
  })
const hear = async (child: ChildProcess): Promise<Told> => {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A process ended with ${String(code)}`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [Told]
  ended.catch(() => undefined)
  return message
}

const receiver = start('receiver', {})
const { origin = '' } = await hear(receiver)
await hear(start('fill', { address: join(folder, 'sender') }))
const sent = await hear(start('sender', { url: `${origin}/sync` }))
receiver.send('report')
const received = await hear(receiver)
receiver.kill()
await rm(folder, { recursive: true, force: true })

const expected = countOf(mebibytes)
const most = Math.max(sent.maximumMebibytes ?? Infinity, received.maximumMebibytes ?? Infinity)
process.stdout.write(
  `${mebibytes} MiB in one batch of ${sent.records ?? 0} records in ${(sent.seconds ?? 0).toFixed(1)} s; ` +
    `${received.records ?? 0} applied\n` +
    `memory at most: the sender ${sent.maximumMebibytes ?? '?'} MiB, the receiver ${received.maximumMebibytes ?? '?'} MiB\n`,
)
process.exitCode = received.records === expected && most < Number(values.limit) ? 0 : 1
