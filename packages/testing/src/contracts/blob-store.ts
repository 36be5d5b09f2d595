import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  checksOf,
  refuses,
  together,
  type Check,
  type ContractCheck,
  type ContractSubject,
} from './contract.js'

/** The seam of `@portcullis/files`, which this package does not import. */
export interface BlobStoreLike {
  put(bytes: AsyncIterable<Uint8Array>): Promise<string>
  read(
    name: string,
    span: { readonly start: number; readonly end: number },
    signal?: AbortSignal,
  ): AsyncIterable<Uint8Array>
  remove(name: string): Promise<void>
  list?(): AsyncIterable<{ readonly name: string; readonly storedAt: number }>
}

type BlobCheck = Check<BlobStoreLike>

const BLOCK = 262_144
const SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17]
const MANY = 8
/** Seconds by which clocks of different machines may differ, and rounding. */
const LEEWAY = 5

/**
 * What a blob store promises: it gives back what it was given, whole or in part; it has a content as a whole or not at
 * all; and it tells of all that it has. What it stores here is a few megabytes.
 *
 * @returns one check after the other, to be run by any test runner
 */
export function blobStoreContract(subject: ContractSubject<BlobStoreLike>): readonly ContractCheck[] {
  return [
    ...checksOf(subject, 'open', { ...CONTENT, ...KEPT }),
    ...checksOf(subject, 'openUnreachable', UNREACHABLE),
  ]
}

const CONTENT: Readonly<Record<string, BlobCheck>> = {
  'gives back what it was given, from nothing to several blocks': async ({ store }) => {
    for (const size of SIZES) {
      const content = bytesOf(`whole ${size}`, size)
      const name = await store.put(inPieces(content, 10_000))
      same(await readAll(store, name), content, `a content of ${size} bytes`)
    }
  },

  'takes pieces of any size': async ({ store }) => {
    const content = bytesOf('pieces', 50_000)
    for (const size of [1000, 49_999, 50_000]) {
      same(await readAll(store, await store.put(inPieces(content, size))), content, `pieces of ${size} bytes`)
    }
  },

  'gives any part, and fewer bytes where there are no more': async ({ store }) => {
    const size = 3 * BLOCK + 17
    const content = bytesOf('parts', size)
    const name = await store.put(inPieces(content, 100_000))
    for (const [start, end] of [
      [0, 1],
      [0, 0],
      [5, 5],
      [BLOCK - 1, BLOCK + 1],
      [BLOCK, 2 * BLOCK],
      [size - 1, size],
      [size - 1, size + 100],
      [size, size + 1],
      [size + 5, size + 9],
    ] as const) {
      const part = await readAll(store, name, { start, end })
      same(part, content.subarray(start, end), `the bytes from ${start} to ${end}`)
    }
  },

  'keeps contents apart that are stored at once': async ({ store }) => {
    const contents = Array.from({ length: MANY }, (_, index) => bytesOf(`at once ${index}`, 40_000 + index))
    const names = await together(MANY, (index) =>
      store.put(inPieces(contents[index] ?? new Uint8Array(), 7000)),
    )
    equal(new Set(names).size, MANY)
    const read = await together(MANY, (index) => readAll(store, names[index] ?? ''))
    read.forEach((bytes, index) => {
      same(bytes, contents[index] ?? new Uint8Array(), `content ${index}`)
    })
  },

  'has the same bytes for everybody who stored them': async ({ store }) => {
    const content = bytesOf('twice', BLOCK + 100)
    const names = await together(2, () => store.put(inPieces(content, 30_000)))
    names.push(await store.put(inPieces(content, 30_000)))
    for (const name of names) same(await readAll(store, name), content, 'what was stored several times')
  },

  'ends when the reader gives up': async ({ store }) => {
    const name = await store.put(inPieces(bytesOf('given up', 3 * BLOCK), 100_000))
    const giving = new AbortController()
    const part = { start: 0, end: 3 * BLOCK }
    try {
      // eslint-disable-next-line @typescript-eslint/no-unused-vars -- any piece will do
      for await (const _ of store.read(name, part, giving.signal)) giving.abort(new Error('given up'))
    } catch {
      // It may say so, or have been at the end already.
    }
    ok(giving.signal.aborted, 'a content must come before it is given up')
    await refuses(async () => {
      // eslint-disable-next-line @typescript-eslint/no-unused-vars -- no piece may come
      for await (const _ of store.read(name, part, giving.signal));
    }, 'what a reader asks for who has given up')
    equal((await readAll(store, name)).length, 3 * BLOCK)
  },
}

const KEPT: Readonly<Record<string, BlobCheck>> = {
  'throws what the source throws, and keeps nothing of it': async ({ store }) => {
    for (const size of [0, 1000, 2 * BLOCK]) {
      const failure = new Error('broken off')
      await rejects(
        store.put(breaking(bytesOf(`broken ${size}`, size), failure)),
        (error) => error === failure,
      )
    }
    deepEqual(await namesOf(store), [])
  },

  'can store afterwards what once broke off': async ({ store }) => {
    const content = bytesOf('again', 2 * BLOCK)
    await refuses(() => store.put(breaking(content, new Error('broken off'))), 'a content that broke off')
    same(await readAll(store, await store.put(inPieces(content, 50_000))), content, 'the content')
  },

  'has nothing of what is removed, and the rest as before': async ({ store }) => {
    const contents = [bytesOf('one', 2 * BLOCK), bytesOf('two', 2 * BLOCK + 1)] as const
    const [one, two] = [
      await store.put(inPieces(contents[0], 50_000)),
      await store.put(inPieces(contents[1], 50_000)),
    ]
    await store.remove(one)
    await refuses(() => readAll(store, one), 'reading what was removed')
    same(await readAll(store, two), contents[1], 'what was not removed')
    await store.remove(one)
    same(await readAll(store, await store.put(inPieces(contents[0], 50_000))), contents[0], 'what came back')
  },

  'tells of all that it has, and since when': async ({ store, sibling = store }, clock) => {
    if (store.list === undefined) return
    const before = clock.now()
    const names = [
      await store.put(inPieces(bytesOf('listed 1', 1000), 300)),
      await sibling.put(inPieces(bytesOf('listed 2', BLOCK + 1), 30_000)),
    ]
    deepEqual(await namesOf(store), [...names].sort())
    for await (const { storedAt } of sibling.list?.() ?? []) {
      ok(
        storedAt >= before - LEEWAY && storedAt <= clock.now() + LEEWAY,
        `${storedAt} is no time of just now`,
      )
    }
    for (const name of names) await store.remove(name)
    deepEqual(await namesOf(sibling), [])
  },

  'shows each what the other has stored': async ({ store, sibling = store }) => {
    const content = bytesOf('shared', BLOCK + 5)
    const name = await store.put(inPieces(content, 30_000))
    same(await readAll(sibling, name), content, 'what the other has stored')
    await sibling.remove(name)
    await refuses(() => readAll(store, name), 'reading what the other has removed')
  },
}

const UNREACHABLE: Readonly<Record<string, BlobCheck>> = {
  'rejects when it cannot be reached': async ({ store }) => {
    await refuses(() => store.put(inPieces(bytesOf('unreachable', 1000), 300)), 'a put')
  },
}

/** Bytes that look random and are the same each time. */
const bytesOf = (name: string, length: number): Uint8Array =>
  createHash('shake256', { outputLength: Math.max(length, 1) })
    .update(name)
    .digest()
    .subarray(0, length)

async function* inPieces(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) {
    yield await Promise.resolve(content.subarray(at, at + size))
  }
}

async function* breaking(content: Uint8Array, failure: Error): AsyncGenerator<Uint8Array> {
  yield* inPieces(content, 50_000)
  throw failure
}

async function readAll(store: BlobStoreLike, name: string, span = { start: 0, end: 16 * BLOCK }) {
  const pieces: Uint8Array[] = []
  for await (const piece of store.read(name, span)) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function namesOf(store: BlobStoreLike): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of store.list?.() ?? []) names.push(name)
  return names.sort()
}

/** Without printing megabytes where they differ. */
function same(actual: Uint8Array, expected: Uint8Array, what: string): void {
  ok(Buffer.compare(actual, expected) === 0, `${what} must come back as it was: ${actual.length} bytes came`)
}
