import { randomUUID } from 'node:crypto'
import type { BlobStore } from './blob-store.js'

/** Blobs in the memory of one process, for tests. */
export function memoryBlobStore(): BlobStore {
  const blobs = new Map<string, { readonly bytes: Buffer; readonly storedAt: number }>()
  return Object.freeze({
    async put(bytes) {
      const pieces: Uint8Array[] = []
      for await (const piece of bytes) pieces.push(Uint8Array.from(piece))
      const name = randomUUID()
      blobs.set(name, { bytes: Buffer.concat(pieces), storedAt: Date.now() / 1000 })
      return name
    },
    async *read(name, { start, end }, signal) {
      signal?.throwIfAborted()
      const blob = blobs.get(name)
      if (blob === undefined) throw new Error('There is no such blob')
      yield await Promise.resolve(blob.bytes.subarray(start, end))
    },
    remove(name) {
      blobs.delete(name)
      return Promise.resolve()
    },
    async *list() {
      for (const [name, { storedAt }] of blobs) yield await Promise.resolve({ name, storedAt })
    },
  } satisfies BlobStore)
}
