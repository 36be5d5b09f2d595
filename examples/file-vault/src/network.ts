import { multiaddr } from '@multiformats/multiaddr'
import type { BlobStore } from '@portcullis/files'
import { heliaBlobStore } from '@portcullis/files/helia'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startHelia } from './helia-node.js'
import { startStorageNode } from './remote-node.js'

const NODES = ['storage-1', 'storage-2']
/** Seconds for which blocks that were read may stay on the disk of this process. */
const FORGET_AFTER = 600

/**
 * Two storage nodes in processes of their own, and a store over them. What is stored goes through a node of this
 * process, from which the others fetch it; then this node has nothing of it any more, and reads from the others.
 */
export async function startNetwork(folder: string) {
  for (const name of [...NODES, 'service-node'])
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 })
  const helia = await startHelia(join(folder, 'service-node'))
  const nodes = await Promise.all(NODES.map((name) => startStorageNode(join(folder, name))))
  const running = () => nodes.filter((node) => node.isRunning())
  const providers = nodes.flatMap(({ addresses }) => addresses.map((address) => multiaddr(address)))
  const near = heliaBlobStore({ helia, name: 'on-the-way', blockWait: 20, providers })
  // The nodes fetch over the connections that this one has made.
  for (const provider of providers) await helia.libp2p.dial(provider)

  let storing = 0
  const blobs = {
    async put(bytes) {
      storing++
      try {
        const name = await near.put(bytes)
        try {
          // Each of them has it, or it is not stored.
          const kept = await Promise.allSettled(nodes.map((node) => node.keep(name)))
          if (kept.every(({ status }) => status === 'fulfilled')) return name
          await Promise.allSettled(running().map((node) => node.remove(name)))
          throw new Error('Not all storage nodes have kept it')
        } finally {
          await near.remove(name)
        }
      } finally {
        storing--
      }
    },
    read: (name, span, signal) => near.read(name, span, signal),
    async remove(name) {
      // A node that is not there tells of it by `list` when it is back.
      await Promise.all(running().map((node) => node.remove(name)))
    },
    async *list() {
      const contents = (await Promise.all(running().map((node) => node.list()))).flat()
      yield* new Map(contents.map((content) => [content.name, content])).values()
    },
  } satisfies BlobStore

  /** Takes away what was read from the others, unless it would disturb what is being stored. */
  const forget = async () => {
    if (storing === 0) await helia.gc()
  }
  const forgetting = setInterval(() => void forget(), FORGET_AFTER * 1000).unref()

  return {
    blobs,
    nodes,
    forget,
    /** How many blocks the node of this process has on its disk. */
    ownBlocks: async () => {
      let blocks = 0
      // eslint-disable-next-line @typescript-eslint/no-unused-vars -- they are counted
      for await (const _ of helia.blockstore.getAll()) blocks++
      return blocks
    },
    async stop() {
      clearInterval(forgetting)
      await helia.stop()
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}

export type Network = Awaited<ReturnType<typeof startNetwork>>
