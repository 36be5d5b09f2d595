import type { RevocationTable, Stand } from './revocation-table.js'
import type { KnownRevocations } from './known-revocations.js'

/** Keeps what is known up with Redis. */
export interface Follower {
  /** Milliseconds on the process' own clock as of which all is known; undefined before all was loaded. */
  readonly knownAsOf: number | undefined
  /** The number of the last change that is known. */
  readonly number: number
  /**
   * Learns all that was revoked before the call. It rejects where Redis does not answer, and answers false where Redis
   * stands anew and may still lack what others know.
   */
  follow(): Promise<boolean>
}

/** Reads the log in turns at most so often, so that a flood of revocations cannot hold one turn for ever. */
const MOST_READS = 10_000

/** @param settle seconds that a server must have stood before it is believed */
export function createFollower(table: RevocationTable, known: KnownRevocations, settle: number): Follower {
  let position: { readonly epoch: string; readonly server: string; number: number } | undefined
  let knownAsOf: number | undefined
  let running: Promise<boolean> | undefined
  let waiting: Promise<boolean> | undefined

  /** Reads everything, and gives back what Redis lacks: it was emptied, or lost its last changes. */
  const load = async (stand: Stand) => {
    const found = await table.all()
    const lost = known.beyond(found)
    for (const each of found.values()) known.add(each)
    if (lost.length > 0) await table.revoke(lost)
    position = { epoch: stand.epoch, server: stand.server, number: stand.number }
  }
  const isSame = (stand: Stand) =>
    position?.epoch === stand.epoch && position.server === stand.server && position.number <= stand.number

  const catchUp = async (target: number): Promise<boolean> => {
    for (let read = 0; read < MOST_READS && position !== undefined && position.number < target; read++) {
      const changes = await table.changesAfter(position.number)
      if (changes === undefined || changes.length === 0) return false
      for (const each of changes) known.add(each)
      position.number += changes.length
    }
    return position !== undefined && position.number >= target
  }
  const take = async (): Promise<boolean> => {
    const asked = performance.now()
    const stand = await table.stand()
    if (!isSame(stand) || !(await catchUp(stand.number))) {
      await load(stand)
      // A server that changed while it was read may have been read in halves.
      const after = await table.stand()
      if (!isSame(after) || !(await catchUp(after.number))) {
        position = undefined
        return false
      }
    }
    known.sweep()
    if (stand.age < settle) return false
    knownAsOf = asked
    return true
  }
  const start = () => {
    running = take().finally(() => {
      running = undefined
    })
    return running
  }
  const follows = () => {
    waiting = undefined
    return start()
  }
  return {
    get knownAsOf() {
      return knownAsOf
    },
    get number() {
      return position?.number ?? 0
    },
    follow() {
      if (running === undefined) return start()
      // A turn that has begun may have asked before; all who come meanwhile share the next one.
      waiting ??= running.then(follows, follows)
      return waiting
    },
  }
}
