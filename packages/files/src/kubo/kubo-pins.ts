import { CID } from 'multiformats/cid'
import type { StoredBlob } from '../blobs/blob-store.js'
import { createPatience, type Patience } from '../blobs/patience.js'
import type { KuboClient } from './kubo-client.js'

/** Ids that are sent with one call; an address has a limit of its own. */
const IDS_IN_A_CALL = 64

/** The pins of one store on a Kubo node, told from others by their names: `<store>@<seconds since the epoch>`. */
export function kuboPins(client: KuboClient, store: string, wait: number) {
  const { pin, block } = client
  const within = async <T>(call: (patience: Patience) => Promise<T>): Promise<T> => {
    const patience = createPatience(wait)
    try {
      return await call(patience)
    } finally {
      patience.end()
    }
  }
  const timeOf = (name: string | undefined): number | undefined => {
    const at = name?.startsWith(`${store}@`) === true ? name.slice(store.length + 1) : ''
    return /^\d{1,12}$/.test(at) ? Number(at) : undefined
  }

  /** Whose the pin of a content is. */
  const find = (root: CID): Promise<'ours' | 'other' | 'none'> =>
    within(async (patience) => {
      const { signal } = patience
      try {
        const pins = patience.stream(() => pin.ls({ paths: [root], type: 'recursive', names: true, signal }))
        for await (const { cid, name } of pins) {
          if (cid.equals(root)) return timeOf(name) === undefined ? 'other' : 'ours'
        }
        return 'none'
      } catch (error) {
        if (error instanceof Error && error.message.includes('is not pinned')) return 'none'
        throw error
      }
    })

  /** Takes away the blocks of a content that nothing has pinned, as far as the node finds them. */
  const discard = async (blocks: readonly CID[]): Promise<void> => {
    for (let at = 0; at < blocks.length; at += IDS_IN_A_CALL) {
      await within(async (patience) => {
        const { signal } = patience
        const some = blocks.slice(at, at + IDS_IN_A_CALL)
        // eslint-disable-next-line @typescript-eslint/no-unused-vars -- one that is pinned tells so, and stays
        for await (const _ of patience.stream(() => block.rm(some, { force: true, signal })));
      })
    }
  }
  const blocksOf = (root: CID): Promise<readonly CID[]> =>
    within(async (patience) => {
      const { signal } = patience
      const found = [root]
      const options = { recursive: true, unique: true, offline: true, signal }
      for await (const { ref, err } of patience.stream(() => client.refs(root, options))) {
        if (err === undefined || err === '') found.push(CID.parse(ref))
      }
      return found
    })

  return {
    find,
    discard: async (root: CID) => {
      await discard(await blocksOf(root))
    },
    hold: (root: CID) =>
      within(async (patience) => {
        const { signal } = patience
        const name = `${store}@${Math.floor(Date.now() / 1000)}`
        await patience.wait(() => pin.add(root, { name, signal }))
      }),
    release: async (root: CID) => {
      const blocks = await blocksOf(root)
      await within((patience) => patience.wait(() => pin.rm(root, { signal: patience.signal })))
      await discard(blocks)
    },
    async *list(): AsyncGenerator<StoredBlob, void, undefined> {
      const patience = createPatience(wait)
      const { signal } = patience
      try {
        for await (const { cid, name } of patience.stream(() =>
          pin.ls({ type: 'recursive', names: true, name: store, signal }),
        )) {
          const storedAt = timeOf(name)
          if (storedAt !== undefined) yield { name: cid.toString(), storedAt }
        }
      } finally {
        patience.end()
      }
    },
  }
}
