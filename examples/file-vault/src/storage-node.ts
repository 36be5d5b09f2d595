import { heliaBlobStore } from '@portcullis/files/helia'
import { startHelia } from './helia-node.js'

/*
 * node storage-node.js <folder>, started by another process: keeps what that process tells it to, and hands blocks to
 * whoever is connected and asks for them. It has no key, and knows nothing of users or grants.
 */
export interface Task {
  readonly number: number
  readonly what: 'keep' | 'remove' | 'list'
  readonly name: string
}

const helia = await startHelia(process.argv[2] ?? '.tmp/storage-node')
const store = heliaBlobStore({ helia, name: 'file-vault', blockWait: 20 })

const TASKS: Readonly<Record<Task['what'], (name: string) => Promise<unknown>>> = {
  keep: (name) => store.keep(name),
  remove: (name) => store.remove(name),
  async list() {
    const contents = []
    for await (const content of store.list()) contents.push(content)
    return contents
  },
}

process.on('message', ({ number, what, name }: Task) => {
  TASKS[what](name).then(
    (result) => process.send?.({ number, result: result ?? null }),
    (error: unknown) => process.send?.({ number, error: String(error) }),
  )
})
// It ends when whoever started it does, in whatever way.
process.on('disconnect', () => {
  void helia.stop().then(() => process.exit(0))
})
process.send?.({ addresses: helia.libp2p.getMultiaddrs().map((address) => address.toString()) })
