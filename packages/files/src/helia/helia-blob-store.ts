import { numberBetween, optional, readOptions } from '@portcullis/core/internal'
import { CID } from 'multiformats/cid'
import type { BlobStore, StoredBlob } from '../blobs/blob-store.js'
import { storeName } from '../blobs/store-name.js'
import { requireContentId } from '../ipfs/content-id.js'
import { addBytes, blocksOf, readBytes } from '../ipfs/unixfs.js'
import { addresses, heliaNode, type HeliaBlocks, type HeliaNode } from './helia-node.js'
import { fetchAll, networkBlocks, ownBlocks } from './network-blocks.js'
import { pinnedContents } from './pinned-contents.js'

export interface HeliaBlobStoreOptions {
  /** A node that you have made and started, and that you stop when all is done: of helia 7. */
  readonly helia: HeliaNode
  /** Tells the contents of this store from all else that the node has pinned. Default `portcullis`. */
  readonly name?: string
  /** How many seconds a block is waited for that this node does not have, 0.1 to 600. Default 30. */
  readonly blockWait?: number
  /** Addresses (`Multiaddr`) of nodes that have what this node does not have; default those that it finds. */
  readonly providers?: readonly object[]
}

export interface HeliaBlobStore extends BlobStore {
  list(): AsyncIterable<StoredBlob>
  /**
   * Fetches a content that another node has, and keeps it here as if it had been put here. Rejects when a block does
   * not come in time, or the signal is aborted; what has come is taken away again then.
   */
  keep(name: string, signal?: AbortSignal): Promise<void>
}

interface HeliaBlobStoreSettings extends Required<Omit<HeliaBlobStoreOptions, 'providers'>> {
  readonly providers: readonly object[] | undefined
}

/** Blocks that are fetched side by side for one reader; each is memory for one. */
const READ_AT_ONCE = 4
const KEPT_AT_ONCE = 16

/**
 * Keeps ciphertext as UnixFS blocks on a Helia node, under the content ids that `ipfs add --cid-version=1` gives, and
 * reads by content id whatever this node or another one in its reach has.
 *
 * A content is kept by a pin, which is the last thing that is written: whatever process is killed when, a content is
 * there as a whole or not at all. Blocks of puts that were killed, and those that were read from others, have no pin:
 * `helia.gc()` takes them away. Pins of others are never touched, nor are blocks that they need.
 *
 * @throws ConfigurationError
 */
export function heliaBlobStore(options: HeliaBlobStoreOptions): HeliaBlobStore {
  const settings = readOptions<HeliaBlobStoreSettings>('heliaBlobStore()', options, {
    helia: heliaNode,
    name: storeName,
    blockWait: optional(numberBetween(0.1, 600, 'seconds'), 30),
    providers: optional(addresses, undefined),
  })
  const { helia, name, blockWait } = settings
  const { blockstore } = helia
  const contents = pinnedContents(helia, name)
  const providers = settings.providers === undefined ? {} : { providers: [...settings.providers] }
  const reachable = (signal?: AbortSignal) => networkBlocks(blockstore, blockWait, providers, signal)

  return Object.freeze<HeliaBlobStore>({
    async put(bytes) {
      const { stored, blocks } = recording(blockstore)
      try {
        const root = await addBytes(bytes, blocks)
        await contents.hold(root, stored())
        return requireContentId(root.toString())
      } catch (error) {
        // What it was stops the caller; what could not be taken away is for `helia.gc()`.
        await contents.discard(stored()).catch(() => undefined)
        throw error
      }
    },
    async *read(content, span, signal) {
      yield* readBytes(requireContentId(content), reachable(signal), span, signal, READ_AT_ONCE)
    },
    async remove(content) {
      const root = CID.parse(requireContentId(content))
      await contents.release(root, () => present(root, blockstore))
    },
    list: () => contents.list(),
    async keep(content, signal) {
      const root = CID.parse(requireContentId(content))
      const blocks = reachable(signal)
      const asked: CID[] = []
      try {
        await fetchAll(blocksOf(root, blocks), blocks, { atOnce: KEPT_AT_ONCE, asked })
        await contents.hold(root, asked)
      } catch (error) {
        await contents.discard(asked).catch(() => undefined)
        throw error
      }
    },
  })
}

/** A block store to write to, which remembers what was written. */
function recording(blockstore: HeliaBlocks) {
  const stored = new Map<string, CID>()
  return {
    // The root is written last, and is the first to be listed.
    stored: () => [...stored.values()].reverse(),
    blocks: {
      put(cid: CID, block: Uint8Array) {
        stored.set(cid.toString(), cid)
        return blockstore.put(cid, block)
      },
    },
  }
}

/** The blocks of a content that are still on this node: of a removal that was killed, the root is the last. */
async function present(root: CID, blockstore: HeliaBlocks): Promise<readonly CID[]> {
  if (!(await blockstore.has(root))) return []
  const found: CID[] = []
  for await (const cid of blocksOf(root, ownBlocks(blockstore))) found.push(cid)
  return found
}
