import './promise-with-resolvers.js'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { FsBlockstore } from 'blockstore-fs'
import { FsDatastore } from 'datastore-fs'
import { createHeliaLight } from 'helia'
import { join } from 'node:path'

/**
 * Starts a Helia node in a folder, on loopback. It looks for nobody and announces nothing: it speaks with the nodes that
 * it is connected to. One on a public network has a DHT beside this, and everybody may ask it for blocks.
 */
export function startHelia(folder: string) {
  const helia = createHeliaLight({
    blockstore: new FsBlockstore(join(folder, 'blocks')),
    datastore: new FsDatastore(join(folder, 'data')),
  })
  const connected = withLibp2pLight(helia, {
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
  })
  // By default a node gives a block to another one no second time within five seconds.
  return withBitswap(connected, { doNotResendBlockWindow: 0 }).start()
}
