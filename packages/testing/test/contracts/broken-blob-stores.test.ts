import { blobStoreContract, type BlobStoreLike } from '@portcullis/testing/contracts'
import { createHash } from 'node:crypto'

type Blobs = Map<string, { bytes: Buffer; storedAt: number }>
type Broken = (store: Required<BlobStoreLike>, blobs: Blobs) => BlobStoreLike

const inPieces = async (bytes: AsyncIterable<Uint8Array>) => {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces)
}
const seconds = () => Date.now() / 1000

function sound(blobs: Blobs): Required<BlobStoreLike> {
  return {
    async put(source) {
      const bytes = await inPieces(source)
      const name = createHash('sha256').update(bytes).digest('hex')
      blobs.set(name, { bytes, storedAt: seconds() })
      return name
    },
    async *read(name, { start, end }, signal) {
      signal?.throwIfAborted()
      const blob = blobs.get(name)
      if (blob === undefined) throw new Error('none')
      yield await Promise.resolve(blob.bytes.subarray(start, end))
    },
    remove(name) {
      blobs.delete(name)
      return Promise.resolve()
    },
    async *list() {
      for (const [name, { storedAt }] of blobs) yield await Promise.resolve({ name, storedAt })
    },
  }
}

const BROKEN: Readonly<Record<string, Broken>> = {
  'cuts long contents': (store) => ({
    ...store,
    read: (name, { start, end }, signal) => store.read(name, { start, end: Math.min(end, 300_000) }, signal),
  }),
  'reads one byte too many': (store) => ({
    ...store,
    read: (name, { start, end }, signal) => store.read(name, { start, end: end + 1 }, signal),
  }),
  'always reads from the beginning': (store) => ({
    ...store,
    read: (name, { end }, signal) => store.read(name, { start: 0, end }, signal),
  }),
  'keeps what has come of a content that broke off': (store, blobs) => ({
    ...store,
    async put(source) {
      const seen: Uint8Array[] = []
      async function* watched() {
        for await (const piece of source) {
          seen.push(Uint8Array.from(piece))
          yield piece
        }
      }
      try {
        return await store.put(watched())
      } catch (error) {
        blobs.set('part', { bytes: Buffer.concat(seen), storedAt: seconds() })
        throw error
      }
    },
  }),
  'takes a content that broke off for whole': (store) => ({
    ...store,
    async put(source) {
      async function* forgiving() {
        try {
          yield* source
        } catch {
          // As if it were the end.
        }
      }
      return store.put(forgiving())
    },
  }),
  'says something else than the source': (store) => ({
    ...store,
    put: (source) => store.put(source).catch(() => Promise.reject(new Error('failed'))),
  }),
  'removes nothing': (store) => ({ ...store, remove: () => Promise.resolve() }),
  'removes everything': (store, blobs) => ({
    ...store,
    remove: () => {
      blobs.clear()
      return Promise.resolve()
    },
  }),
  'refuses to remove what is not there': (store, blobs) => ({
    ...store,
    remove: (name) => (blobs.has(name) ? store.remove(name) : Promise.reject(new Error('none'))),
  }),
  'has nothing to say of what is not there': (store, blobs) => ({
    ...store,
    async *read(name, span, signal) {
      if (blobs.has(name)) yield* store.read(name, span, signal)
    },
  }),
  'lists nothing': (store) => ({
    ...store,
    async *list() {
      yield* await Promise.resolve([])
    },
  }),
  'lists milliseconds': (store) => ({
    ...store,
    async *list() {
      for await (const { name, storedAt } of store.list()) yield { name, storedAt: storedAt * 1000 }
    },
  }),
  'takes no notice of a reader who has given up': (store) => ({
    ...store,
    read: (name, span) => store.read(name, span),
  }),
  'has one name for all': (store, blobs) => ({
    ...store,
    async put(source) {
      blobs.set('one', { bytes: await inPieces(source), storedAt: seconds() })
      return 'one'
    },
  }),
}

const clock = { now: seconds, advance: () => undefined }
async function failuresOf(broken: Broken): Promise<string[]> {
  const failures: string[] = []
  const open = () => {
    const blobs: Blobs = new Map()
    return { store: broken(sound(blobs), blobs) }
  }
  for (const { name, run } of blobStoreContract({ clock, open })) {
    await run().catch(() => failures.push(name))
  }
  return failures
}

test('a sound blob store keeps the contract', async () => {
  expect(await failuresOf((store) => store)).toEqual([])
})

test.each(Object.entries(BROKEN))('a blob store that %s does not', async (_, broken) => {
  expect((await failuresOf(broken)).length).toBeGreaterThan(0)
})
