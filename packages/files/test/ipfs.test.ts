import type * as Ipfs from '@portcullis/files/ipfs'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBench, piecesOf, put, read } from './support/bench.ts'
import { requireBundled } from './support/bundled.ts'

const { ipfsDirectoryStore } = requireBundled('ipfs') as typeof Ipfs

let path: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'portcullis-ipfs-'))
})
afterEach(() => {
  rmSync(path, { recursive: true })
})
const leftovers = () => readdirSync(join(path, 'unfinished'))
const contents = () => readdirSync(join(path, 'contents'))

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
/** Content ids written down again, from the specifications alone: CIDv1, raw or dag-pb, SHA-256, base32. */
function contentId(codec: number, block: Uint8Array): { text: string; bytes: Buffer } {
  const digest = createHash('sha256').update(block).digest()
  const bytes = Buffer.concat([Buffer.of(1, codec, 0x12, 32), digest])
  let text = 'b'
  let [bits, value] = [0, 0]
  for (const byte of [...bytes, 0]) {
    value = (value << 8) | byte
    bits += 8
    for (; bits >= 5 && text.length < 1 + Math.ceil((bytes.length * 8) / 5); bits -= 5) {
      text += BASE32.charAt((value >> (bits - 5)) & 31)
    }
    value &= (1 << bits) - 1
  }
  return { text, bytes }
}

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]
const field = (tag: number, bytes: Uint8Array) =>
  Buffer.concat([Buffer.of(tag, ...varint(bytes.length)), bytes])

/** A UnixFS file of a few blocks (dag-pb: links before data), as a node lays it out. */
function rootOf(content: Uint8Array): string {
  const leaves: Buffer[] = []
  for (let at = 0; at < content.length; at += 262_144)
    leaves.push(Buffer.from(content.subarray(at, at + 262_144)))
  const links = leaves.map((leaf) =>
    field(
      0x12,
      Buffer.concat([
        field(0x0a, contentId(0x55, leaf).bytes),
        field(0x12, Buffer.alloc(0)),
        Buffer.of(0x18, ...varint(leaf.length)),
      ]),
    ),
  )
  const sizes = leaves.flatMap((leaf) => [0x20, ...varint(leaf.length)])
  const unixfs = Buffer.of(0x08, 2, 0x18, ...varint(content.length), ...sizes)
  return contentId(0x70, Buffer.concat([...links, field(0x0a, unixfs)])).text
}

describe('a store of IPFS blocks in a directory', () => {
  test('names what it keeps as every IPFS node does', async () => {
    const store = ipfsDirectoryStore({ path })
    const small = Buffer.from('hello world')
    expect(await store.put(piecesOf(small))).toBe(contentId(0x55, small).text)
    const content = randomBytes(1_000_000)
    expect(await store.put(piecesOf(content))).toBe(rootOf(content))
  })

  test('reads any part of it', async () => {
    const store = ipfsDirectoryStore({ path })
    const content = randomBytes(700_000)
    const name = await store.put(piecesOf(content))
    for (const [start, end] of [
      [0, 1],
      [262_143, 262_145],
      [0, 700_000],
      [699_999, 900_000],
      [700_000, 700_001],
    ] as const) {
      const part = await read({ stream: store.read(name, { start, end }) })
      expect(part.equals(content.subarray(start, end))).toBe(true)
    }
  })

  test('leaves nothing of what broke off, and nothing of what is removed', async () => {
    const store = ipfsDirectoryStore({ path })
    async function* breaking() {
      yield* piecesOf(randomBytes(600_000))
      throw new Error('broken off')
    }
    await expect(store.put(breaking())).rejects.toThrow('broken off')
    expect([leftovers(), contents()]).toEqual([[], []])
    const name = await store.put(piecesOf(randomBytes(600_000)))
    await store.remove(name)
    await store.remove(name)
    expect([leftovers(), contents()]).toEqual([[], []])
    await expect(read({ stream: store.read(name, { start: 0, end: 1 }) })).rejects.toThrow()
  })

  test('clears away what killed processes left, and not what living ones are writing', () => {
    ipfsDirectoryStore({ path })
    const ofDead = join(path, 'unfinished', '999999999-00000000-x')
    const ofEarlier = join(path, 'unfinished', `${process.pid}-00000000-x`)
    const ofLiving = join(path, 'unfinished', `${process.ppid}-00000000-x`)
    for (const folder of [ofDead, ofEarlier, ofLiving]) {
      mkdirSync(folder)
      writeFileSync(join(folder, 'block'), 'x')
    }
    ipfsDirectoryStore({ path })
    expect([ofDead, ofEarlier, ofLiving].map((folder) => existsSync(folder))).toEqual([false, false, true])
  })

  test.each(['..', '../contents', 'b/../../x', 'bafk\0', 'BAFKREIFZJUT3TE7NHYEKKLSS27', 'C:\\x', ''])(
    'takes no path for a content id: %j',
    async (name) => {
      const store = ipfsDirectoryStore({ path })
      await expect(store.remove(name)).rejects.toThrow('no content id')
      await expect(read({ stream: store.read(name, { start: 0, end: 1 }) })).rejects.toThrow('no content id')
    },
  )

  test('serves a vault, and knows nothing of what it keeps', async () => {
    const bench = await createBench({ blobs: ipfsDirectoryStore({ path }) })
    const content = Buffer.from('a secret that nobody may read '.repeat(20_000))
    const { id, content: name } = await put(bench, content)
    expect(contents()).toHaveLength(2)
    const auth = await bench.authOf('alice')
    expect((await read(await bench.vault.openAs(auth, id))).equals(content)).toBe(true)
    const stored = await read({ stream: bench.blobs.read(name, { start: 0, end: 10_000_000 }) })
    expect(stored.includes('secret')).toBe(false)
    await bench.vault.destroy(id)
    expect(contents()).toEqual([])
  })
})
