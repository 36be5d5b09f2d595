import type { ReadableStorage } from 'ipfs-unixfs-exporter'
import type { CID } from 'multiformats/cid'
import { createPatience } from '../blobs/patience.js'
import type { HeliaBlocks, HeliaGetOptions } from './helia-node.js'

/**
 * Seconds after which a block is asked for again. A node of Helia sends no block a second time for some seconds, and a
 * connection that was lost is made anew when a block is asked for.
 */
const ASK_AGAIN = 2
/** Seconds after which a question that was taken back is forgotten; asked before, it would be lost. */
const BREATH = 0.05

/** Blocks of this node, and of others where it has none. Each is waited for so many seconds and no longer. */
export function networkBlocks(
  blocks: HeliaBlocks,
  wait: number,
  options: Pick<HeliaGetOptions, 'providers'>,
  given?: AbortSignal,
): ReadableStorage {
  /** The block, or undefined where it did not come in time. */
  const ask = async (cid: CID, seconds: number) => {
    const patience = createPatience(seconds, given)
    try {
      return await patience.wait(() => joined(blocks.get(cid, { ...options, signal: patience.signal })))
    } catch (error) {
      given?.throwIfAborted()
      if (!patience.signal.aborted) throw error
      return undefined
    } finally {
      patience.end()
    }
  }
  return {
    async *get(cid: CID) {
      const end = performance.now() / 1000 + wait
      for (;;) {
        const left = end - performance.now() / 1000
        const block = await ask(cid, Math.max(0.001, Math.min(left, ASK_AGAIN)))
        if (block !== undefined) {
          yield block
          return
        }
        if (left <= ASK_AGAIN) throw new Error('No node gave a block of the content in time')
        await new Promise((resolve) => setTimeout(resolve, BREATH * 1000))
      }
    },
  }
}

/** Only what this node has. */
export const ownBlocks = (blocks: HeliaBlocks): ReadableStorage => ({
  get: async function* (cid: CID) {
    yield await joined(blocks.get(cid, { offline: true }))
  },
})

/**
 * Brings blocks to this node, a few of them side by side.
 *
 * @param into.asked gets each before it is asked for, so that all can be taken away again whatever happens
 */
export async function fetchAll(
  cids: AsyncIterable<CID>,
  blocks: ReadableStorage,
  { atOnce, asked }: { readonly atOnce: number; readonly asked: CID[] },
): Promise<void> {
  const coming: Promise<void>[] = []
  const fetch = async (cid: CID) => {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- it is on the node then
    for await (const _ of blocks.get(cid));
  }
  try {
    for await (const cid of cids) {
      asked.push(cid)
      const next = fetch(cid)
      // It is waited for below; until then nobody else is there to hear of its failure.
      next.catch(() => undefined)
      coming.push(next)
      if (coming.length >= atOnce) await coming.shift()
    }
    await Promise.all(coming)
  } finally {
    await Promise.allSettled(coming)
  }
}

async function joined(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return all.length === 1 && all[0] !== undefined ? all[0] : Buffer.concat(all)
}
