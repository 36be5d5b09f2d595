import type { Connection } from '../connection/connection.js'
import { pause } from '../connection/time-limit.js'

/** Tells of changes at once, where it can. */
export interface Bell {
  /** Waits until there is a change after this one, or for so long; where Redis cannot be asked, a little while. */
  wait(number: number): Promise<void>
  close(): void
}

const LONGEST_PAUSE_MILLISECONDS = 500

/**
 * Waits on a connection of its own, since a read that blocks holds up whatever else is on it. It rings only: what has
 * changed is read elsewhere, so that a bell which is broken costs time and nothing else.
 *
 * @param milliseconds that a wait takes at most
 */
export function createBell(connection: Connection, log: string, milliseconds: number): Bell {
  let own: Awaited<ReturnType<Connection['another']>> | undefined
  let failures = 0
  let isClosed = false

  const drop = () => {
    own?.close()
    own = undefined
  }
  return {
    async wait(number) {
      try {
        own ??= await connection.another()
        if (isClosed) {
          drop()
          return
        }
        const block = String(Math.round(milliseconds))
        const command = ['XREAD', 'BLOCK', block, 'COUNT', '1', 'STREAMS', log, `${number}-0`]
        await own.command(log, command, milliseconds + connection.limit)
        failures = 0
      } catch {
        drop()
        failures += 1
        await pause(Math.min(LONGEST_PAUSE_MILLISECONDS, milliseconds, 10 * 2 ** Math.min(failures, 10)))
      }
    },
    close() {
      isClosed = true
      drop()
    },
  }
}
