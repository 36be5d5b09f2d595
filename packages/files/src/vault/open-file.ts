import type { Readable } from 'node:stream'
import type { FileRecord } from '../catalog/file-catalog.js'
import { checkCommitment, contextOf } from '../format/commitment.js'
import { decrypt, type ByteSpan } from '../format/decrypt.js'
import { formatOf } from '../format/parameters.js'
import { FileError } from '../outcome/file-error.js'
import { checkedStream } from './checked-stream.js'
import type { Manifest } from './manifest.js'
import type { VaultSettings } from './vault-options.js'

/** What may be known of a file by whoever may read it. */
export interface FileDescription {
  readonly id: string
  readonly name: string
  readonly type: string
  /** Bytes of the content. */
  readonly size: number
  /** A strong validator (RFC 9110 section 8.8.3), without its quotation marks: the content of an id never changes. */
  readonly tag: string
}

/** A file, or a part of it, that is being read. */
export interface OpenedFile extends FileDescription {
  /** The part: from `start` up to `end`, which is not in it. */
  readonly range: ByteSpan
  /**
   * Bytes that have been checked. It fails with a FileError where the stored bytes are not the right ones: what came
   * before is right, and not the whole. Destroy it to stop.
   */
  readonly stream: Readable
}

/** The key of a file and what its manifest says, for as long as both are needed. */
export interface UnlockedFile {
  readonly manifest: Manifest
  readonly fileKey: Buffer
}

export const describe = ({ file, name, type, size, header }: Manifest): FileDescription =>
  Object.freeze({ id: file, name, type, size, tag: `${file}.${header.noncePrefix.toString('base64url')}` })

/** @throws FileError */
export async function unlock({ keys, manifests }: VaultSettings, record: FileRecord): Promise<UnlockedFile> {
  const fileKey = await keys.unwrap(record.wrappedKey, record.id)
  try {
    const manifest = await manifests.open(record, fileKey)
    checkCommitment(fileKey, record.id, manifest.commitment)
    return { manifest, fileKey }
  } catch (error) {
    fileKey.fill(0)
    throw error
  }
}

/** A part of a file as it was asked for: both edges may be left out, and the end may lie behind the content. */
export interface RequestedRange {
  readonly start?: number | undefined
  readonly end?: number | undefined
}

/** @throws FileError `range_malformed`, `range_unsatisfiable` */
export function spanWithin(size: number, requested: RequestedRange | undefined): ByteSpan {
  if (requested === undefined) return { start: 0, end: size }
  const { start = 0, end = size } = requested
  for (const edge of [start, end]) {
    if (!Number.isSafeInteger(edge) || edge < 0) throw new FileError('range_malformed')
  }
  if (start >= Math.min(end, size)) {
    throw new FileError('range_unsatisfiable', { headers: { 'Content-Range': `bytes */${size}` } })
  }
  return { start, end: Math.min(end, size) }
}

/** Takes the key over, and forgets it. */
export function streamOf(
  { blobs }: VaultSettings,
  { content }: FileRecord,
  { manifest, fileKey }: UnlockedFile,
  span: ByteSpan,
): Readable {
  const stopping = new AbortController()
  const pieces = decrypt((part) => blobs.read(content, part, stopping.signal), span, {
    parameters: formatOf(manifest.segmentBytes),
    fileKey,
    header: manifest.header,
    associatedData: contextOf('content', manifest.file),
    contentBytes: manifest.paddedSize,
  })
  fileKey.fill(0)
  return checkedStream(pieces, () => {
    stopping.abort()
  })
}
