import { timingSafeEqual } from 'node:crypto'
import { FileError } from '../outcome/file-error.js'
import { createByteQueue, joined } from './byte-queue.js'
import type { Encryption } from './encrypt.js'
import { writeHeader } from './header.js'
import { layoutOf } from './layout.js'
import { headerBytes } from './parameters.js'
import { createSegmentCipher } from './segments.js'

/** A part of a content: from `start` up to `end`, which is not in it. */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/** Reads stored bytes; it may give fewer where there are no more, and gives none before `start`. */
export type ReadStored = (span: ByteSpan) => AsyncIterable<Uint8Array>

export interface Decryption extends Encryption {
  /** How long the encrypted content is, as its manifest says. */
  readonly contentBytes: number
}

/**
 * Decrypts a part of a content, and reads no more than the segments that it is in. What is given out has been checked:
 * each piece is of one segment whose tag was right, and the length of the whole is the one of the manifest.
 *
 * @param span within the content
 * @throws FileError `header_invalid`, `segment_invalid`, `content_truncated`, `content_overlong`
 */
export async function* decrypt(
  read: ReadStored,
  span: ByteSpan,
  { parameters, fileKey, header, associatedData, contentBytes }: Decryption,
): AsyncGenerator<Buffer, void, undefined> {
  const layout = layoutOf(parameters, contentBytes)
  const cipher = createSegmentCipher(parameters, fileKey, header, associatedData)
  const first = layout.segmentAt(Math.min(span.start, Math.max(0, contentBytes - 1)))
  const last = Math.max(first, layout.segmentAt(Math.max(0, Math.min(span.end, contentBytes) - 1)))
  const readsToTheEnd = last === layout.segments - 1
  const start = first === 0 ? 0 : layout.storedAt(first).start
  // One byte more, so that something after the last segment is seen.
  const stored = read({ start, end: layout.storedAt(last).end + (readsToTheEnd ? 1 : 0) })
  const queue = createByteQueue()
  let headerIsChecked = first !== 0
  let segment = first
  let lastPiece: Buffer | undefined

  const expected = () => {
    const place = layout.storedAt(segment)
    return headerIsChecked ? place.end - place.start : headerBytes(parameters)
  }
  for await (const bytes of stored) {
    queue.push(bytes)
    while (segment <= last && queue.length >= expected()) {
      const taken = joined(queue.take(expected()))
      if (!headerIsChecked) {
        if (!timingSafeEqual(taken, writeHeader(parameters, header))) throw new FileError('header_invalid')
        headerIsChecked = true
        continue
      }
      const content = cipher.open(segment, segment === layout.segments - 1, taken)
      const place = layout.contentOf(segment)
      segment++
      const wanted = content.subarray(
        Math.max(0, span.start - place.start),
        Math.max(0, span.end - place.start),
      )
      // The last piece waits for the end, so that nobody takes a content for whole that has something behind it.
      if (segment > last) lastPiece = wanted
      else if (wanted.length > 0) yield wanted
    }
    if (segment > last && readsToTheEnd && queue.length > 0) throw new FileError('content_overlong')
  }
  if (lastPiece === undefined) throw new FileError('content_truncated')
  if (lastPiece.length > 0) yield lastPiece
}
