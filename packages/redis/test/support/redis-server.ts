import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { optionalPart } from '../../../../test/support/optional-part.ts'

/** Tests that need a Redis: left out, and said so, where its program is not installed. */
export const withRedis = optionalPart('redis-server', 'apt-get install redis-server')
  ? describe
  : describe.skip

/** A Redis of the tests' own on loopback. */
export interface RunningRedis {
  readonly port: number
  /** A client of ioredis, ended with the server. */
  client(): Redis
  /** SIGKILL; what is on disk stays. */
  kill(): Promise<void>
  /** The same port and folder, with what is on disk. */
  restart(): Promise<void>
  /** The process stops without a word, and its connections stay open. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** @param settings of the command line, such as `['--appendonly', 'yes']`; nothing is written to disk without */
export async function startRedis(settings: readonly string[] = [], at?: number): Promise<RunningRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-redis-'))
  const port = at ?? (await freePort())
  const clients: Redis[] = []
  let server: ChildProcess | undefined

  const launch = async () => {
    const own = [
      '--port',
      String(port),
      '--bind',
      HOST,
      '--dir',
      folder,
      '--save',
      '',
      '--loglevel',
      'warning',
    ]
    const started = spawn('redis-server', [...own, ...settings], { stdio: 'ignore' })
    server = started
    await answers(port, () => started.exitCode !== null)
  }
  const kill = async () => {
    const dying = server
    server = undefined
    if (dying === undefined) return
    const ended = once(dying, 'exit')
    dying.kill('SIGKILL')
    await ended
  }
  await launch()
  return {
    port,
    client() {
      const client = clientOf(port)
      clients.push(client)
      return client
    },
    kill,
    restart: launch,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    async stop() {
      for (const client of clients) client.disconnect()
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A client that tries again soon. */
export function clientOf(port: number): Redis {
  const client = new Redis({ port, host: HOST, retryStrategy: () => 20, maxRetriesPerRequest: null })
  client.on('error', () => undefined)
  return client
}

async function answers(port: number, ended: () => boolean): Promise<void> {
  const probe = clientOf(port)
  try {
    for (let attempt = 0; attempt < 200 && !ended(); attempt++) {
      const answer = await Promise.race([probe.ping().catch(() => ''), wait(100)])
      if (answer === 'PONG') return
      await wait(20)
    }
    throw new Error('redis-server did not start')
  } finally {
    probe.disconnect()
  }
}
