import type { ByteSpan } from '../format/decrypt.js'

/**
 * Where ciphertext is kept. It is trusted with nothing: what it gives back is checked, and what it is given says
 * nothing. It may be on a network that keeps everything for ever.
 */
export interface BlobStore {
  /**
   * Keeps all of the bytes, or none where the source throws; it throws what the source throws. Answers the name of what
   * it keeps, which is a content id where the storage is addressed by content.
   */
  put(bytes: AsyncIterable<Uint8Array>): Promise<string>
  /** The bytes from `start` up to `end`, in pieces of any size; fewer where there are no more. */
  read(name: string, span: ByteSpan, signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** Takes it away where it is in reach; nothing where there is none. Copies of others stay. */
  remove(name: string): Promise<void>
  /** What is kept, for clearing away what an interrupted upload or a destroyed file left. */
  list?(): AsyncIterable<StoredBlob>
}

export interface StoredBlob {
  readonly name: string
  /** Seconds since the epoch. */
  readonly storedAt: number
}
