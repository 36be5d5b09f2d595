import { randomBytes } from 'node:crypto'
import { bobReads, createBench, piecesOf, put, read } from './support/bench.ts'
import { requireSupport } from './support/bundled.ts'
import type * as Kubo from './support/kubo.ts'

/*
 * Against a server of our own that speaks the part of Kubo's interface that is used. `KUBO_RPC_URL=... npx jest
 * packages/files/test/ipfs-stores` holds a real node to the contract of blob stores.
 */
const { CID, create, kuboBlobStore, startFakeKubo } = requireSupport('kubo') as typeof Kubo

let node: Kubo.FakeKubo
beforeEach(async () => {
  node = await startFakeKubo()
})
afterEach(() => node.stop())

const client = () => create({ url: node.url })
const storeOf = (more: { name?: string; wait?: number } = {}) =>
  kuboBlobStore({ client: client(), wait: 2, ...more })
const all = { start: 0, end: 10_000_000 }
async function listed(store: ReturnType<typeof kuboBlobStore>): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of store.list()) names.push(name)
  return names
}

test('pins by a name of its own, and leaves the pins of others alone', async () => {
  const [ours, longer] = [storeOf({ name: 'ours' }), storeOf({ name: 'ours.too' })]
  const one = await ours.put(piecesOf(randomBytes(600_000)))
  const two = await longer.put(piecesOf(randomBytes(1000)))
  const { cid } = await client().add(randomBytes(1000), { cidVersion: 1 })
  const named = await client().add(randomBytes(1000), { cidVersion: 1, pin: false })
  await client().pin.add(named.cid, { name: 'ours@home' })
  expect(node.pins.get(one)).toMatch(/^ours@\d{10}$/)
  expect([await listed(ours), await listed(longer)]).toEqual([[one], [two]])

  for (const other of [two, cid.toString(), named.cid.toString()]) await ours.remove(other)
  expect([...node.pins.keys()].sort()).toEqual([one, two, cid.toString(), named.cid.toString()].sort())
  const bench = await createBench({ blobs: ours })
  expect(await bench.vault.sweep({ olderThan: -5 })).toBe(1)
  expect(node.pins.size).toBe(3)
})

test('takes over nothing that somebody else has pinned', async () => {
  const content = randomBytes(300_000)
  const { cid } = await client().add(content, { cidVersion: 1 })
  await expect(storeOf().put(piecesOf(content))).rejects.toThrow('pinned by somebody else')
  expect(node.pins.get(cid.toString())).toBe('')
})

test('removes the blocks of a content, but none that another pin needs', async () => {
  const store = storeOf()
  const content = randomBytes(40 * 262_144)
  const name = await store.put(piecesOf(content, 262_144))
  expect(node.blocks.size).toBe(41)
  const { cid } = await client().add(content.subarray(0, 262_144), { cidVersion: 1 })
  await store.remove(name)
  expect([...node.pins.keys()]).toEqual([cid.toString()])
  expect(node.blocks.size).toBe(1)
})

test('has no pin of what broke off, and tells why it did', async () => {
  const store = storeOf()
  const failure = new Error('broken off')
  async function* breaking() {
    yield* piecesOf(randomBytes(900_000))
    throw failure
  }
  await expect(store.put(breaking())).rejects.toBe(failure)
  expect([node.pins.size, await listed(store)]).toEqual([0, []])
})

test('gives the node as much time as the source takes, and no more', async () => {
  const store = storeOf({ wait: 1.5 })
  async function* slow() {
    for (let piece = 0; piece < 4; piece++) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      yield randomBytes(1000)
    }
  }
  const name = await store.put(slow())
  expect((await read({ stream: store.read(name, all) })).length).toBe(4000)
})

test.each(['add', 'pin/ls', 'pin/add', 'cat'])(
  'waits for an answer to %s so long and no longer',
  async (call) => {
    const bench = await createBench({ blobs: storeOf({ wait: 1.5 }) })
    const { id } = await put(bench, randomBytes(1000))
    node.silent.add(call)
    const began = performance.now()
    const alice = await bench.authOf('alice')
    // A vault remembers manifests, so that another one is asked.
    const { blobs, catalog, keys, signer, verifier } = bench
    const other = await createBench({ blobs, catalog, keys, signer, verifier })
    const failing = call === 'cat' ? other.vault.openAs(alice, id) : put(bench, randomBytes(1000))
    await expect(failing).rejects.toMatchObject({ code: 'storage_unavailable', status: 503 })
    expect(performance.now() - began).toBeLessThan(15_000)
  },
)

test.each(['add', 'pin/ls', 'pin/add', 'cat', 'pin/rm'])(
  'an error of %s is one of the storage',
  async (call) => {
    const store = storeOf()
    const name = await store.put(piecesOf(randomBytes(1000)))
    node.failing.add(call)
    const failing = {
      add: () => store.put(piecesOf(randomBytes(1000))),
      'pin/ls': () => listed(store),
      'pin/add': () => store.put(piecesOf(randomBytes(1000))),
      cat: () => read({ stream: store.read(name, all) }),
      'pin/rm': () => store.remove(name),
    }[call]!
    await expect(failing()).rejects.toThrow('out of order')
    node.failing.clear()
    expect(await listed(store)).toEqual([name])
  },
)

test('stops when the reader gives up, and the node hears of it', async () => {
  const store = storeOf({ wait: 30 })
  const unknown = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
  const giving = new AbortController()
  const reading = read({ stream: store.read(unknown, all, giving.signal) })
  setTimeout(() => {
    giving.abort(new Error('given up'))
  }, 50)
  await expect(reading).rejects.toThrow('given up')
})

test('wants a node that keeps the names of pins', async () => {
  node.forgetsNames = true
  await expect(storeOf().put(piecesOf(randomBytes(1000)))).rejects.toThrow('Kubo 0.26')
  expect([node.pins.size, node.blocks.size]).toEqual([0, 0])
})

test('gives out no more than was asked for, whatever the node sends', async () => {
  const talkative = client()
  async function* endless() {
    for (;;) yield await Promise.resolve(randomBytes(1000))
  }
  const store = kuboBlobStore({ client: { ...talkative, cat: () => endless() } })
  const name = await storeOf().put(piecesOf(randomBytes(1000)))
  expect((await read({ stream: store.read(name, { start: 10, end: 2510 }) })).length).toBe(2500)
})

test('a vault on it reads a part by asking for that part', async () => {
  const bench = await createBench({ blobs: storeOf() })
  const content = randomBytes(2_000_000)
  const { id, content: name } = await put(bench, content)
  expect(CID.parse(name).version).toBe(1)
  const { grant } = await bench.vault.grant(id, bobReads)
  node.calls.length = 0
  const opened = await bench.vault.open(grant, { range: { start: 1_500_000, end: 1_500_100 } })
  expect((await read(opened)).equals(content.subarray(1_500_000, 1_500_100))).toBe(true)
  expect(node.calls.filter((call) => call !== 'cat')).toEqual([])
})

test.each(['..', 'b/../../x', 'bafk\0', 'QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u', ''])(
  'takes nothing for a content id that is none: %j',
  async (name) => {
    await expect(storeOf().remove(name)).rejects.toThrow('no content id')
    await expect(read({ stream: storeOf().read(name, all) })).rejects.toThrow('no content id')
    expect(node.calls).toEqual([])
  },
)

test.each([
  [{ client: {} }, /^client: expects a client/],
  [{ client: undefined }, /^client: expects a client/],
  [{ name: 'a@b' }, /^name: /],
  [{ wait: 0 }, /^wait: /],
  [{ timeout: 3 }, /^timeout: is not an option/],
])('refuses options that make no sense: %j', (options, message) => {
  expect(() => kuboBlobStore({ client: client(), ...options } as never)).toThrow(message)
})
