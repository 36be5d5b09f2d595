import { memoryBlobStore, type BlobStore } from '@portcullis/files'
import { blobStoreContract, type ContractSubject } from '@portcullis/testing/contracts'
import { buildSync } from 'esbuild'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { optionalSetting } from '../../../test/support/optional-part.ts'
import { bobReads, createBench, piecesOf, put, read } from './support/bench.ts'
import { requireBundled, requireSupport } from './support/bundled.ts'
import type * as Ipfs from '@portcullis/files/ipfs'
import type * as Helia from './support/helia.ts'
import type * as Kubo from './support/kubo.ts'

const { ipfsDirectoryStore } = requireBundled('ipfs') as typeof Ipfs
const { heliaBlobStore, startAlone } = requireSupport('helia') as typeof Helia
const { create, kuboBlobStore, startFakeKubo } = requireSupport('kubo') as typeof Kubo

type Opening = () => Promise<{ store: BlobStore; sibling?: BlobStore; close: () => unknown }>

const folderFor = (name: string) => mkdtempSync(join(tmpdir(), `portcullis-${name}-`))
const removed = (path: string) => {
  rmSync(path, { recursive: true })
}

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9'
const kuboUrl = optionalSetting(
  'KUBO_RPC_URL',
  'the address of a Kubo node: KUBO_RPC_URL=http://127.0.0.1:5001',
)

const STORES: Readonly<Record<string, Opening>> = {
  'in memory': () => Promise.resolve({ store: memoryBlobStore(), close: () => undefined }),
  'in a directory': () => {
    const path = folderFor('directory')
    const [store, sibling] = [ipfsDirectoryStore({ path }), ipfsDirectoryStore({ path })]
    return Promise.resolve({
      store,
      sibling,
      close: () => {
        removed(path)
      },
    })
  },
  'on a Helia node in memory': async () => {
    const helia = await startAlone()
    return { store: heliaBlobStore({ helia, blockWait: 0.5 }), close: () => helia.stop() }
  },
  'on a Helia node in a folder': async () => {
    const path = folderFor('helia')
    const helia = await startAlone(path)
    const [store, sibling] = [heliaBlobStore({ helia }), heliaBlobStore({ helia })]
    return {
      store,
      sibling,
      close: async () => {
        await helia.stop()
        removed(path)
      },
    }
  },
  'on a node that speaks as Kubo does': async () => {
    const node = await startFakeKubo()
    const [store, sibling] = [1, 2].map(() =>
      kuboBlobStore({ client: create({ url: node.url }), wait: 2 }),
    ) as [BlobStore, BlobStore]
    return { store, sibling, close: () => node.stop() }
  },
  ...(kuboUrl === undefined
    ? {}
    : {
        'on a Kubo node': async () => {
          const name = `test-${randomBytes(8).toString('hex')}`
          const store = kuboBlobStore({ client: create({ url: kuboUrl }), wait: 5, name })
          const close = async () => {
            for await (const stored of store.list()) await store.remove(stored.name)
          }
          return Promise.resolve({ store, close })
        },
      }),
}

describe.each(Object.entries(STORES))('a blob store %s', (where, open) => {
  const subject: ContractSubject<BlobStore> = {
    clock: { now: () => Date.now() / 1000, advance: () => undefined },
    open,
    ...(where.includes('Kubo')
      ? {
          openUnreachable: () => ({
            store: kuboBlobStore({ client: create({ url: NOWHERE }), wait: 2 }),
          }),
        }
      : {}),
  }
  for (const { name, run } of blobStoreContract(subject)) test(name, run)

  test('serves a vault, and knows nothing of what it keeps', async () => {
    const { store, close } = await open()
    const bench = await createBench({ blobs: store })
    const content = Buffer.from('a secret that nobody may read '.repeat(20_000))
    const { id, content: name } = await put(bench, content)
    const { grant } = await bench.vault.grant(id, bobReads)
    const part = { start: 300_000, end: 300_100 }
    const opened = await read(await bench.vault.open(grant, { range: part }))
    expect(opened.equals(content.subarray(part.start, part.end))).toBe(true)
    expect((await read(await bench.vault.openAs(await bench.authOf('alice'), id))).equals(content)).toBe(true)
    const stored = await read({ stream: store.read(name, { start: 0, end: 10_000_000 }) })
    expect(stored.includes('secret')).toBe(false)

    await store.put(piecesOf(randomBytes(1000)))
    expect(await bench.vault.sweep({ olderThan: -5 })).toBe(1)
    await bench.vault.destroy(id)
    const left = []
    for await (const blob of store.list?.() ?? []) left.push(blob)
    expect(left).toEqual([])
    await close()
  })
})

test('the stores of IPFS call the same bytes by the same content id', async () => {
  const ipfs = Object.entries(STORES).filter(([where]) => where !== 'in memory')
  for (const size of [0, 11, 262_144, 1_000_000]) {
    const content = randomBytes(size)
    const names = new Set<string>()
    for (const [, open] of ipfs) {
      const { store, close } = await open()
      const name = await store.put(piecesOf(content))
      names.add(name)
      await store.remove(name)
      await close()
    }
    expect([...names]).toHaveLength(1)
  }
})

test.each([
  ['ipfs', ['blockstore-fs', 'ipfs-unixfs-exporter', 'ipfs-unixfs-importer', 'multiformats']],
  ['helia', ['ipfs-unixfs-exporter', 'ipfs-unixfs-importer', 'multiformats']],
  ['kubo', ['multiformats']],
])('the subpath %s loads no more than it needs', (subpath, packages) => {
  const { metafile } = buildSync({
    entryPoints: [join(__dirname, '../src', subpath, 'index.ts')],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    outdir: 'nowhere',
    metafile: true,
  })
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  const others = imported.filter((path) => !/^(node:|@portcullis\/core)/.test(path))
  expect([...new Set(others.map((path) => path.split('/')[0]))].sort()).toEqual(packages)
})
