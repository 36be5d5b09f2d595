import { createFileKeys, createFileVault, memoryCatalog, type BlobStore } from '@portcullis/files'
import { randomBytes } from 'node:crypto'
import { bobReads, createBench, keyOf, piecesOf, put, read } from './support/bench.ts'
import { requireSupport } from './support/bundled.ts'
import type * as Helia from './support/helia.ts'

const { CID, heliaBlobStore, startAlone, startNode } = requireSupport('helia') as typeof Helia
type Node = Awaited<ReturnType<typeof startAlone>>

const nodes: { stop(): Promise<unknown> }[] = []
async function started<T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
  const node = await starting
  nodes.push(node)
  return node
}
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop()
})

const all = { start: 0, end: 10_000_000 }
const bytesOf = (store: BlobStore, name: string, signal?: AbortSignal) =>
  read({ stream: store.read(name, all, signal) })
async function listed(store: BlobStore): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of store.list?.() ?? []) names.push(name)
  return names
}
async function blocksOf({ blockstore }: Node): Promise<Buffer[]> {
  const blocks: Buffer[] = []
  for await (const { bytes } of blockstore.getAll()) {
    for await (const piece of bytes) blocks.push(Buffer.from(piece))
  }
  return blocks
}
/** All that a node has written down of pins. */
async function pinRecords({ datastore }: Node): Promise<number> {
  let records = 0
  for await (const key of datastore.queryKeys({})) if (key.toString().startsWith('/pin')) records++
  return records
}
async function pin(node: Node, name: string): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- it is done by asking for the next
  for await (const _ of node.pins.add(CID.parse(name)));
}
describe('a store on a Helia node', () => {
  test('tells of its own contents only, and leaves those of others alone', async () => {
    const helia = await started(startAlone())
    const [ours, theirs] = [
      heliaBlobStore({ helia, name: 'ours' }),
      heliaBlobStore({ helia, name: 'theirs' }),
    ]
    const one = await ours.put(piecesOf(randomBytes(300_000)))
    const two = await theirs.put(piecesOf(randomBytes(300_000)))
    const loose = await ours.put(piecesOf(randomBytes(1000)))
    await ours.remove(loose)
    const own = CID.parse(loose)
    await helia.blockstore.put(own, randomBytes(10))
    await pin(helia, loose)

    expect([await listed(ours), await listed(theirs)]).toEqual([[one], [two]])
    await ours.remove(two)
    await ours.remove(loose)
    expect(await helia.pins.isPinned(own)).toBe(true)
    expect((await bytesOf(theirs, two)).length).toBe(300_000)

    const bench = await createBench({ blobs: ours })
    expect(await bench.vault.sweep({ olderThan: -5 })).toBe(1)
    expect([await listed(ours), await listed(theirs)]).toEqual([[], [two]])
  })

  test('takes over nothing that somebody else has pinned', async () => {
    const helia = await started(startAlone())
    const content = randomBytes(300_000)
    const name = await heliaBlobStore({ helia, name: 'theirs' }).put(piecesOf(content))
    const ours = heliaBlobStore({ helia })
    await expect(ours.put(piecesOf(content))).rejects.toThrow('pinned by somebody else')
    expect((await bytesOf(ours, name)).equals(content)).toBe(true)
  })

  test('leaves blocks that another pin needs', async () => {
    const helia = await started(startAlone())
    const store = heliaBlobStore({ helia })
    const content = randomBytes(600_000)
    const leaf = await store.put(piecesOf(content.subarray(0, 262_144)))
    await store.remove(leaf)
    const name = await store.put(piecesOf(content))
    await pin(helia, leaf)
    await store.remove(name)
    expect((await blocksOf(helia)).map(({ length }) => length)).toEqual([262_144])
    expect((await bytesOf(store, leaf)).equals(content.subarray(0, 262_144))).toBe(true)
  })

  test('leaves no pin and no block of what broke off, nor of what is removed', async () => {
    const helia = await started(startAlone())
    const store = heliaBlobStore({ helia })
    async function* breaking() {
      yield* piecesOf(randomBytes(900_000))
      throw new Error('broken off')
    }
    await expect(store.put(breaking())).rejects.toThrow('broken off')
    expect([await blocksOf(helia), await pinRecords(helia)]).toEqual([[], 0])
    await store.remove(await store.put(piecesOf(Buffer.alloc(900_000))))
    expect([await blocksOf(helia), await pinRecords(helia)]).toEqual([[], 0])
  })

  test('calls nothing stored that a garbage collection took away meanwhile', async () => {
    const helia = await started(startAlone())
    const store = heliaBlobStore({ helia })
    const content = randomBytes(900_000)
    async function* collected() {
      yield* piecesOf(content)
      await helia.gc()
    }
    await expect(store.put(collected())).rejects.toThrow('Blocks are gone')
    expect(await listed(store)).toEqual([])
    const name = await store.put(piecesOf(content))
    await helia.gc()
    expect((await bytesOf(store, name)).equals(content)).toBe(true)
  })

  test('finds what a process left that was killed at any step of pinning or unpinning', async () => {
    for (const what of ['put', 'remove'] as const) {
      for (let steps = 0, isDone = false; !isDone; steps++) {
        const helia = await startAlone()
        const content = randomBytes(700_000)
        const sound = heliaBlobStore({ helia })
        const killed = heliaBlobStore({ helia: dyingAfter(helia, what === 'put' ? steps : 1000) })
        let name: string | undefined
        if (what === 'put') {
          name = await killed.put(piecesOf(content)).catch(() => undefined)
          isDone = name !== undefined
        } else {
          name = await sound.put(piecesOf(content))
          isDone = await heliaBlobStore({ helia: dyingAfter(helia, steps) })
            .remove(name)
            .then(
              () => true,
              () => false,
            )
        }
        for (const left of await listed(sound)) await sound.remove(left)
        expect(await listed(sound)).toEqual([])
        await helia.gc()
        expect([await blocksOf(helia), await pinRecords(helia)]).toEqual([[], 0])
        await helia.stop()
      }
    }
  })

  test.each([
    [{}, /^helia: expects a node/],
    [{ helia: {} }, /^helia: expects a node/],
    [{ name: '../x' }, /^name: /],
    [{ blockWait: 0 }, /^blockWait: /],
    [{ blockWait: Infinity }, /^blockWait: /],
    [{ providers: ['/ip4/127.0.0.1'] }, /^providers: /],
    [{ pin: false }, /^pin: is not an option/],
  ])('refuses options that make no sense: %j', async (options, message) => {
    const helia = await started(startAlone())
    const given = 'helia' in options || Object.keys(options).length === 0 ? options : { helia, ...options }
    expect(() => heliaBlobStore(given as never)).toThrow(message)
  })
})

/** A node on which, as if the process were killed, nothing happens any more after some steps. */
function dyingAfter({ blockstore, pins }: Node, steps: number) {
  let left = steps
  const step = () => {
    if (left-- <= 0) throw new Error('killed')
  }
  async function* stepping(cids: AsyncIterable<InstanceType<typeof CID>>) {
    for await (const cid of cids) {
      yield cid
      step()
    }
  }
  return {
    blockstore: {
      get: blockstore.get.bind(blockstore),
      has: blockstore.has.bind(blockstore),
      put: blockstore.put.bind(blockstore),
      async delete(cid: InstanceType<typeof CID>) {
        step()
        await blockstore.delete(cid)
      },
    },
    pins: {
      ls: pins.ls.bind(pins),
      get: pins.get.bind(pins),
      isPinned: pins.isPinned.bind(pins),
      async *add(...given: Parameters<typeof pins.add>) {
        step()
        yield* stepping(pins.add(...given))
        step()
      },
      async *rm(...given: Parameters<typeof pins.rm>) {
        step()
        yield* stepping(pins.rm(...given))
        step()
      },
    },
  }
}

/** What a node has, past all of its care for it. */
function diskOf({ blockstore }: Node) {
  const { unwrap } = blockstore as unknown as {
    unwrap: () => {
      delete(cid: unknown): Promise<void>
      put(cid: unknown, block: Uint8Array): Promise<unknown>
    }
  }
  return unwrap.call(blockstore)
}
async function blocksBy({ blockstore }: Node, cid: InstanceType<typeof CID>): Promise<Buffer[]> {
  const blocks: Buffer[] = []
  for await (const bytes of blockstore.get(cid, { offline: true })) blocks.push(Buffer.from(bytes))
  return blocks
}

describe('two Helia nodes', () => {
  async function two() {
    const [first, second] = [await started(startNode()), await started(startNode())]
    const providers = first.libp2p.getMultiaddrs()
    const near = heliaBlobStore({ helia: first, blockWait: 20 })
    const far = heliaBlobStore({ helia: second, blockWait: 20, providers })
    return { first, second, near, far, providers }
  }

  test('the second fetches by the content id alone, and can do nothing with what it gets', async () => {
    const { second, near, far } = await two()
    const bench = await createBench({ blobs: near })
    const content = Buffer.from('a secret that nobody may read '.repeat(40_000))
    const { id, content: name, manifest } = await put(bench, content)

    expect((await bytesOf(far, name)).equals(await bytesOf(near, name))).toBe(true)
    const record = (await bench.catalog.find(id))!
    expect((await bytesOf(far, record.manifest)).toString()).toBe(manifest)
    const seen = Buffer.concat(await blocksOf(second))
    expect(seen.length).toBeGreaterThan(content.length)
    const fileKey = await bench.keys.unwrap(record.wrappedKey, id)
    for (const part of ['secret', 'report.pdf', 'alice', fileKey, content.subarray(500_000, 500_030)]) {
      expect(seen.includes(part)).toBe(false)
    }

    // Whoever has that node has a vault of his own, but neither the catalog nor the keys of this one.
    const { grant } = await bench.vault.grant(id, bobReads)
    const stranger = await createBench({ blobs: far })
    await expect(stranger.vault.openAs(await stranger.authOf('alice'), id)).rejects.toMatchObject({
      code: 'file_unknown',
    })
    await expect(stranger.vault.open(grant)).rejects.toMatchObject({ status: 401 })
    const stolen = memoryCatalog()
    await stolen.insert(record, { files: 9, bytes: 1e9 })
    const { signer, verifier } = bench
    const keys = createFileKeys({ current: 'one', keys: [keyOf('one')] })
    const thief = createFileVault({ blobs: far, catalog: stolen, keys, signer, verifier })
    await expect(thief.openAs(await bench.authOf('alice'), id)).rejects.toMatchObject({
      code: 'wrapped_key_invalid',
    })
  })

  test('the vault opens over the second, with its catalog, its keys and a grant', async () => {
    const { far, near } = await two()
    const bench = await createBench({ blobs: near })
    const content = randomBytes(1_000_000)
    const { id } = await put(bench, content)
    const { grant } = await bench.vault.grant(id, bobReads)
    const { catalog, keys, signer, verifier } = bench
    const vault = createFileVault({ blobs: far, catalog, keys, signer, verifier })
    const range = { start: 600_000, end: 600_100 }
    expect((await read(await vault.open(grant, { range }))).equals(content.subarray(600_000, 600_100))).toBe(
      true,
    )
    expect((await read(await vault.open(grant))).equals(content)).toBe(true)
    await expect(vault.open(`${grant.slice(0, -4)}AAAA`)).rejects.toMatchObject({ status: 401 })
  })

  test('what nobody has is waited for so long and no longer', async () => {
    const { second, near, far, providers } = await two()
    const content = randomBytes(500_000)
    const name = await near.put(piecesOf(content))
    await near.remove(name)
    const soon = heliaBlobStore({ helia: second, blockWait: 0.3, providers })
    const began = performance.now()
    await expect(bytesOf(soon, name)).rejects.toThrow('No node gave a block')
    expect(performance.now() - began).toBeLessThan(10_000)

    const giving = new AbortController()
    const reading = bytesOf(far, name, giving.signal)
    setTimeout(() => {
      giving.abort(new Error('given up'))
    }, 50)
    await expect(reading).rejects.toThrow('given up')

    const bench = await createBench({ blobs: soon })
    const { id, content: stored } = await put(bench, content)
    await soon.remove(stored)
    const { stream } = await bench.vault.openAs(await bench.authOf('alice'), id)
    await expect(read({ stream })).rejects.toMatchObject({ code: 'storage_unavailable', status: 503 })
  })

  test('the second keeps what the first had, and goes on without it', async () => {
    const { first, second, near, far } = await two()
    const content = randomBytes(1_000_000)
    const name = await near.put(piecesOf(content))
    await far.keep(name)
    await far.keep(name)
    expect(await listed(far)).toEqual([name])
    await near.remove(name)
    expect(await blocksOf(first)).toEqual([])
    // The first has it no more, and reads it from the second.
    const back = heliaBlobStore({ helia: first, providers: second.libp2p.getMultiaddrs() })
    expect((await bytesOf(back, name)).equals(content)).toBe(true)
    await first.stop()
    await second.gc()
    expect((await bytesOf(far, name)).equals(content)).toBe(true)
    await far.remove(name)
    expect([await blocksOf(second), await pinRecords(second)]).toEqual([[], 0])
  })

  test('keeps nothing of what does not come whole', async () => {
    const { first, second, near, providers } = await two()
    const content = randomBytes(1_000_000)
    const name = await near.put(piecesOf(content))
    const leaf = await startAlone().then(async (other) => {
      const alone = await heliaBlobStore({ helia: other }).put(piecesOf(content.subarray(524_288, 786_432)))
      await other.stop()
      return CID.parse(alone)
    })
    // As a disk that has lost a block.
    await diskOf(first).delete(leaf)
    const soon = heliaBlobStore({ helia: second, blockWait: 0.3, providers })
    await expect(soon.keep(name)).rejects.toThrow('No node gave a block')
    expect([await blocksOf(second), await listed(soon)]).toEqual([[], []])
    const giving = AbortSignal.abort(new Error('given up'))
    await expect(soon.keep(name, giving)).rejects.toThrow('given up')
  })

  test('takes no wrong bytes from another node, and reads none of its own', async () => {
    const { first, second, near, providers } = await two()
    const bench = await createBench({ blobs: near })
    const { id, content: name } = await put(bench, randomBytes(1_000_000))
    const blocks: InstanceType<typeof CID>[] = []
    for await (const { cid } of first.blockstore.getAll()) blocks.push(cid)
    const stored = await bytesOf(near, name)
    const disk = diskOf(first)
    for (const cid of blocks.filter((block) => block.toString() !== name)) {
      const [wrong] = await blocksBy(first, cid)
      // Not the manifest, which is one small block by itself.
      if (wrong!.length < 100_000) continue
      wrong![5] = wrong![5]! ^ 1
      await disk.delete(cid)
      await disk.put(cid, wrong!)
    }
    expect((await bytesOf(near, name)).equals(stored)).toBe(false)

    const alice = await bench.authOf('alice')
    const own = await bench.vault.openAs(alice, id)
    await expect(read(own)).rejects.toMatchObject({ status: 500 })
    const soon = heliaBlobStore({ helia: second, blockWait: 0.5, providers })
    const { catalog, keys, signer, verifier } = bench
    const vault = createFileVault({ blobs: soon, catalog, keys, signer, verifier })
    const far = await vault.openAs(alice, id)
    await expect(read(far)).rejects.toMatchObject({ code: 'storage_unavailable' })
  })

  test('reads again what it has not kept', async () => {
    const { second, near, far } = await two()
    const name = await near.put(piecesOf(randomBytes(300_000)))
    const before = await bytesOf(far, name)
    await second.gc()
    expect(await blocksOf(second)).toEqual([])
    // A node of Helia sends no block twice within five seconds, and answers the first question after them by nothing.
    const patient = heliaBlobStore({ helia: second, blockWait: 20 })
    expect((await bytesOf(patient, name)).equals(before)).toBe(true)
  }, 30_000)
})
