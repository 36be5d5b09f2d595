import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { identity } from 'multiformats/hashes/identity'
import type { StoredBlob } from '../blobs/blob-store.js'
import type { HeliaNode, HeliaPin, HeliaPinOptions } from './helia-node.js'

/** The contents that a store has pinned on a node, among others that are pinned there. */
export interface PinnedContents {
  /** Pins blocks that are on the node, unless it has been done. */
  hold(root: CID, blocks: readonly CID[]): Promise<void>
  /** Takes the pin away, and then the blocks that nothing else has pinned. `blocksOf` is asked where there is a pin. */
  release(root: CID, blocksOf: () => Promise<readonly CID[]>): Promise<void>
  /** Takes away what nothing has pinned. */
  discard(blocks: readonly CID[]): Promise<void>
  list(): AsyncIterable<StoredBlob>
}

/**
 * A pin of Helia is one record for each block and then one for the pin; to unpin goes the other way. A process that is
 * killed in between leaves blocks that nothing has pinned and nothing collects. A mark is therefore there before the
 * first of the records and goes after the last: it is listed as a content, and `release` takes away what is there.
 */
export function pinnedContents({ blockstore, pins }: HeliaNode, name: string): PinnedContents {
  const inTurn = turnsOf(pins)
  const find = (cid: CID) =>
    pins.get(cid).catch((error: unknown) => {
      if ((error as { name?: unknown }).name === 'NotFoundError') return undefined
      throw error
    })
  const isOurs = ({ metadata }: Pick<HeliaPin, 'metadata'>) => metadata.portcullis === name
  const now = () => Date.now() / 1000

  const add = (cid: CID, blocks: readonly CID[], more = {}) =>
    drain(pins.add(cid, { metadata: { portcullis: name, storedAt: now(), ...more }, walker: over(blocks) }))
  const mark = (root: CID) => add(markOf(root), [], { contentOf: root.toString() })
  const unmark = (root: CID) => drain(pins.rm(markOf(root), { walker: over([]) }))

  async function remove(block: CID): Promise<void> {
    try {
      await blockstore.delete(block)
    } catch (error) {
      // Helia first tells its routers, and a node that has none for contents does not come to delete.
      const hasNoRouters = (error as { name?: unknown }).name === 'NoContentRoutersError'
      if (!hasNoRouters || blockstore.unwrap === undefined) throw error
      await blockstore.unwrap().delete(block)
    }
  }

  async function discard(blocks: readonly CID[]): Promise<void> {
    // The root goes last: as long as it is there, the others can be found.
    for (const block of [...blocks].reverse()) {
      if ((await blockstore.has(block)) && !(await pins.isPinned(block))) await remove(block)
    }
  }

  /** Takes away what is marked: pins, blocks, and then the mark. */
  async function takeAway(root: CID, blocks: readonly CID[]): Promise<void> {
    // What has been begun is first brought to its end, so that each block is counted down once.
    if ((await find(root)) === undefined) await add(root, blocks)
    await drain(pins.rm(root, { walker: over(blocks) }))
    await discard(blocks)
    await unmark(root)
  }

  return {
    discard,
    hold: (root, blocks) =>
      inTurn(async () => {
        const found = await find(root)
        if (found !== undefined && !isOurs(found)) throw new Error('The content is pinned by somebody else')
        try {
          if (found === undefined) {
            if ((await find(markOf(root))) === undefined) await mark(root)
            await add(root, blocks)
          }
          // Only now is it safe from a garbage collection, which may have run while it was stored.
          for (const block of blocks) {
            if (!(await blockstore.has(block))) throw new Error('Blocks are gone that were just stored')
          }
        } catch (error) {
          // Where that fails as well, the mark is there for `release`.
          if (found === undefined) await takeAway(root, blocks).catch(() => undefined)
          throw error
        }
        if (found === undefined) await unmark(root)
      }),
    release: (root, blocksOf) =>
      inTurn(async () => {
        const found = await find(root)
        const marked = (await find(markOf(root))) !== undefined
        if (found === undefined ? !marked : !isOurs(found)) return
        const blocks = await blocksOf()
        if (!marked) await mark(root)
        await takeAway(root, blocks)
      }),
    async *list() {
      const told = new Set<string>()
      for await (const pin of pins.ls()) {
        if (!isOurs(pin)) continue
        const { contentOf, storedAt } = pin.metadata
        const content = typeof contentOf === 'string' ? contentOf : pin.cid.toString()
        if (told.has(content)) continue
        told.add(content)
        yield { name: content, storedAt: Number(storedAt) }
      }
    },
  }
}

/** A content id with nothing behind it that names another one. */
const markOf = (root: CID) => CID.createV1(raw.code, identity.digest(root.bytes))

/** Tells Helia which blocks a pin has, which it would read all of them for; each once, since it counts them. */
function over(blocks: readonly CID[]): NonNullable<HeliaPinOptions['walker']> {
  const each = new Map(blocks.map((cid) => [cid.toString(), cid]))
  return () => ({
    async *walk() {
      for (const cid of each.values()) yield await Promise.resolve({ block: { cid } })
    },
  })
}

async function drain(all: AsyncIterable<unknown>): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- what is done is done by asking for the next
  for await (const _ of all);
}

type InTurn = <T>(step: () => Promise<T>) => Promise<T>
const turns = new WeakMap<object, InTurn>()

/** Helia counts the pins of a block by reading and then writing: one at a time, for all stores of a node. */
function turnsOf(pins: object): InTurn {
  const known = turns.get(pins)
  if (known !== undefined) return known
  let last: Promise<unknown> = Promise.resolve()
  const inTurn: InTurn = (step) => {
    const turn = last.then(step, step)
    last = turn.catch(() => undefined)
    return turn
  }
  turns.set(pins, inTurn)
  return inTurn
}
