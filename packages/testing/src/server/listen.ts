import type { Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

const ATTEMPTS = 50

/** Listens on loopback; a port that was given back a moment ago may be taken by a connection that goes out. */
export async function listen(server: Server, port: number): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject)
          resolve()
        })
      })
      return server
    } catch (error) {
      if (attempt === ATTEMPTS || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      await pause(20)
    }
  }
}
