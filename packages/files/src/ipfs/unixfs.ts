import { exporter, type ReadableStorage } from 'ipfs-unixfs-exporter'
import { importByteStream, type WritableStorage } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import type { ByteSpan } from '../format/decrypt.js'

/** What `ipfs add --cid-version=1` does by default: any node makes the same content id of the same bytes. */
const BLOCK_BYTES = 262_144
const LINKS = 174

/** Cuts bytes into blocks, and answers the content id of the whole. */
export async function addBytes(bytes: AsyncIterable<Uint8Array>, blocks: WritableStorage): Promise<CID> {
  const { cid } = await importByteStream(bytes, blocks, {
    cidVersion: 1,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: BLOCK_BYTES }),
    layout: balanced({ maxChildrenPerNode: LINKS }),
    // More of them do not make a disk faster, and are memory for whole blocks each.
    blockWriteConcurrency: 2,
  })
  return cid
}

/** Reads a part, by the blocks that it is in. A content id is refused that is not one of `addBytes`. */
export async function* readBytes(
  name: string,
  blocks: ReadableStorage,
  { start, end }: ByteSpan,
  signal?: AbortSignal,
  blocksAtOnce = 1,
): AsyncGenerator<Uint8Array, void, undefined> {
  const entry = await exporter(CID.parse(name), blocks)
  if (entry.type !== 'file' && entry.type !== 'raw') throw new Error('The content id is not one of a file')
  const size = Number(entry.size)
  const offset = Math.min(start, size)
  const length = Math.min(end, size) - offset
  if (length <= 0) return
  // The signal stays here: the exporter would hang a listener on it for each block.
  for await (const piece of entry.content({ offset, length, blockReadConcurrency: blocksAtOnce })) {
    signal?.throwIfAborted()
    yield piece
  }
}

/** More than a file has that fits anywhere: each level has 174 times the bytes of the one below. */
const DEEPEST = 8

/** The content ids of all blocks of a content, the root first. Only blocks that have links are read. */
export async function* blocksOf(
  root: CID,
  blocks: ReadableStorage,
  depth = 0,
): AsyncGenerator<CID, void, undefined> {
  yield root
  if (root.code === raw.code) return
  if (depth >= DEEPEST) throw new Error('The content has more levels than a file')
  const entry = await exporter(root, blocks)
  if (entry.type !== 'file') throw new Error('The content id is not one of a file')
  for (const { Hash } of entry.node.Links) yield* blocksOf(Hash, blocks, depth + 1)
}
