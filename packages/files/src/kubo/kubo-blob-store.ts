import { numberBetween, optional, readOptions } from '@portcullis/core/internal'
import { CID } from 'multiformats/cid'
import type { BlobStore, StoredBlob } from '../blobs/blob-store.js'
import { createPatience, type Patience } from '../blobs/patience.js'
import { storeName } from '../blobs/store-name.js'
import { requireContentId } from '../ipfs/content-id.js'
import { kuboClient, type KuboClient } from './kubo-client.js'
import { kuboPins } from './kubo-pins.js'

export interface KuboBlobStoreOptions {
  /** `create({ url: 'http://127.0.0.1:5001' })` of kubo-rpc-client 7; the node is Kubo 0.26 or later. */
  readonly client: KuboClient
  /** Tells the contents of this store from all else that the node has pinned. Default `portcullis`. */
  readonly name?: string
  /** How many seconds an answer of the node, or the next piece of one, is waited for: 0.1 to 600. Default 30. */
  readonly wait?: number
}

export interface KuboBlobStore extends BlobStore {
  list(): AsyncIterable<StoredBlob>
}

/** What makes the content ids those of the other stores, whatever the settings of the node are. */
const AS_ALL_DO = {
  cidVersion: 1,
  rawLeaves: true,
  chunker: 'size-262144',
  // Kubo knows it from 0.35, and until then has no other number.
  maxFileLinks: 174,
  wrapWithDirectory: false,
  pin: false,
} as const

/**
 * Keeps ciphertext on a Kubo node by its RPC interface, under the content ids that `ipfs add --cid-version=1` gives.
 *
 * A content is kept by a pin with a name, which is the last step. Blocks without a pin, of uploads that broke off, are
 * for the garbage collection of the node (`ipfs repo gc`). Pins with other names are never touched, nor are blocks that
 * they need.
 *
 * @throws ConfigurationError
 */
export function kuboBlobStore(options: KuboBlobStoreOptions): KuboBlobStore {
  const { client, name, wait } = readOptions<Required<KuboBlobStoreOptions>>('kuboBlobStore()', options, {
    client: kuboClient,
    name: storeName,
    wait: optional(numberBetween(0.1, 600, 'seconds'), 30),
  })
  const pins = kuboPins(client, name, wait)

  async function add(bytes: AsyncIterable<Uint8Array>): Promise<CID> {
    const patience = createPatience(wait)
    const { content, failure } = watched(bytes, patience)
    try {
      const { signal } = patience
      const { cid } = await patience.wait(() => client.add(content, { ...AS_ALL_DO, signal }))
      // The client ends a request in good order whose source failed.
      if (failure() === undefined) return CID.parse(cid.toString())
      throw new Error('The content broke off')
    } catch (error) {
      throw failure() === undefined ? error : failure()?.cause
    } finally {
      patience.end()
    }
  }

  return Object.freeze<KuboBlobStore>({
    async put(bytes) {
      const root = await add(bytes)
      const content = requireContentId(root.toString())
      const found = await pins.find(root)
      if (found === 'ours') return content
      if (found === 'other') throw new Error('The content is pinned by somebody else')
      try {
        await pins.hold(root)
        if ((await pins.find(root)) !== 'ours')
          throw new Error('The node keeps no names of pins: Kubo 0.26 does')
        return content
      } catch (error) {
        await pins.release(root).catch(() => pins.discard(root).catch(() => undefined))
        throw error
      }
    },
    async *read(content, { start, end }, signal) {
      const root = CID.parse(requireContentId(content))
      let left = end - start
      if (left <= 0) return
      const patience = createPatience(wait, signal)
      const options = { offset: start, length: left, signal: patience.signal }
      try {
        for await (const piece of patience.stream(() => client.cat(root, options))) {
          yield piece.subarray(0, left)
          left -= piece.length
          // Whatever a node sends that was not asked for.
          if (left <= 0) return
        }
      } finally {
        patience.end()
      }
    },
    async remove(content) {
      const root = CID.parse(requireContentId(content))
      if ((await pins.find(root)) === 'ours') await pins.release(root)
    },
    list: () => pins.list(),
  })
}

/** A source that remembers how it failed; the node is not made to answer for the time that it takes. */
function watched(bytes: AsyncIterable<Uint8Array>, patience: Patience) {
  let failure: { readonly cause: unknown } | undefined
  async function* content() {
    const source = bytes[Symbol.asyncIterator]()
    let isOver = false
    try {
      for (;;) {
        const step = await patience.paused(() => source.next())
        if (step.done === true) {
          isOver = true
          return
        }
        yield step.value
      }
    } catch (cause) {
      isOver = true
      failure = { cause }
      throw cause
    } finally {
      if (!isOver) await source.return?.()
    }
  }
  return { content: content(), failure: () => failure }
}
