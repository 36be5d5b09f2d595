import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, type Database } from './database.js'
import { listen, startHostileProxy, type HostileProxy } from './hostile-proxy.js'
import { OTHER_SIDE, type Side } from './parties.js'
import { startSide, type RunningSide } from './side.js'
import { startStranger } from './stranger.js'

/** Two sides, each a process with a database of its own, and somebody hostile on the way in each direction. */
export interface Scene {
  readonly sides: Readonly<Record<Side, RunningSide>>
  /** Before the receiver of each side. */
  readonly proxies: Readonly<Record<Side, HostileProxy>>
  readonly databases: Readonly<Record<Side, Database>>
  readonly stranger: Awaited<ReturnType<typeof startStranger>>
  close(): Promise<void>
}

export async function openScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-data-sync-'))
  const ports = { shop: await freePort(), warehouse: await freePort() }
  const origin = (side: Side) => `http://127.0.0.1:${ports[side]}`
  const stranger = await startStranger(`${origin('shop')}/jwks`)
  const proxies = {
    shop: await startHostileProxy(origin('shop'), stranger.origin),
    warehouse: await startHostileProxy(origin('warehouse'), stranger.origin),
  }
  const start = async (side: Side) => {
    await mkdir(join(folder, side))
    const other = OTHER_SIDE[side]
    return startSide({
      side,
      folder: join(folder, side),
      port: ports[side],
      sendTo: `${proxies[other].origin}/sync`,
      keysOfOther: `${origin(other)}/jwks`,
      publicOrigin: proxies[side].origin,
    })
  }
  const sides = { shop: await start('shop'), warehouse: await start('warehouse') }
  const open = (side: Side) => openDatabase(join(folder, side, 'shop.db'))
  const databases = { shop: await open('shop'), warehouse: await open('warehouse') }
  for (const side of Object.values(sides)) side.tell({ kind: 'start' })
  return {
    sides,
    proxies,
    databases,
    stranger,
    async close() {
      for (const side of Object.values(sides)) side.stop()
      for (const proxy of Object.values(proxies)) proxy.close()
      await Promise.all([stranger.close(), databases.shop.destroy(), databases.warehouse.destroy()])
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  const { port } = new URL(await listen(server))
  await new Promise((resolve) => server.close(resolve))
  return Number(port)
}
