import { providePromiseWithResolvers } from './promise-with-resolvers.ts'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { FsBlockstore } from 'blockstore-fs'
import { FsDatastore } from 'datastore-fs'
import { createHeliaLight } from 'helia'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

export { heliaBlobStore } from '@portcullis/files/helia'
export { CID } from 'multiformats/cid'

providePromiseWithResolvers()

function stores(folder: string | undefined) {
  if (folder === undefined) return {}
  const [blocks, data] = [join(folder, 'blocks'), join(folder, 'data')]
  // They are made with the first block otherwise, and a node that was killed before cannot collect its garbage.
  for (const path of [blocks, data]) mkdirSync(path, { recursive: true })
  return { blockstore: new FsBlockstore(blocks), datastore: new FsDatastore(data) }
}

/** A node without a network, in memory or in a folder. */
export const startAlone = (folder?: string) => createHeliaLight(stores(folder)).start()

/** A node on loopback that speaks to those that it is connected with, and to nobody else. */
export const startNode = (folder?: string) =>
  withBitswap(
    withLibp2pLight(createHeliaLight(stores(folder)), {
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { identify: identify() },
    }),
  ).start()
