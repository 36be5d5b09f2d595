import { timingSafeEqual } from 'node:crypto'
import { FileError } from '../outcome/file-error.js'
import { createByteQueue } from './byte-queue.js'
import type { Encryption } from './encrypt.js'
import { writeHeader } from './header.js'
import { layoutOf, type Layout } from './layout.js'
import { TAG_BYTES } from './parameters.js'
import { createSegmentCipher, type SegmentCipher } from './segments.js'

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
 * each piece is of a segment whose tag was right, and the length of the whole is the one of the manifest. The file key
 * is of no more use to it when this returns.
 *
 * @param span within the content
 * @throws FileError `header_invalid`, `segment_invalid`, `content_truncated`, `content_overlong`
 */
export function decrypt(
  read: ReadStored,
  span: ByteSpan,
  { parameters, fileKey, header, associatedData, contentBytes }: Decryption,
): AsyncGenerator<Buffer, void, undefined> {
  const cipher = createSegmentCipher(parameters, fileKey, header, associatedData)
  return segmentsOf(read, span, layoutOf(parameters, contentBytes), cipher, writeHeader(parameters, header))
}

async function* segmentsOf(
  read: ReadStored,
  span: ByteSpan,
  layout: Layout,
  cipher: SegmentCipher,
  header: Buffer,
): AsyncGenerator<Buffer, void, undefined> {
  const { contentBytes, segments } = layout
  const first = layout.segmentAt(Math.min(span.start, Math.max(0, contentBytes - 1)))
  const last = Math.max(first, layout.segmentAt(Math.max(0, Math.min(span.end, contentBytes) - 1)))
  const readsToTheEnd = last === segments - 1
  const start = first === 0 ? 0 : layout.storedAt(first).start
  // One byte more, so that something after the last segment is seen.
  const stored = read({ start, end: layout.storedAt(last).end + (readsToTheEnd ? 1 : 0) })
  const queue = createByteQueue()
  let headerIsChecked = first !== 0
  let segment = first
  let lastPieces: Buffer[] | undefined

  const expected = () => {
    const place = layout.storedAt(segment)
    return headerIsChecked ? place.end - place.start : header.length
  }
  for await (const bytes of stored) {
    queue.push(bytes)
    while (segment <= last && queue.length >= expected()) {
      if (!headerIsChecked) {
        if (!timingSafeEqual(Buffer.concat(queue.take(header.length)), header)) {
          throw new FileError('header_invalid')
        }
        headerIsChecked = true
        continue
      }
      const ciphertext = queue.take(expected() - TAG_BYTES)
      const tag = Buffer.concat(queue.take(TAG_BYTES))
      const content = cipher.open(segment, segment === segments - 1, ciphertext, tag)
      const wanted = within(content, layout.contentOf(segment).start, span)
      segment++
      // The last ones wait for the end, so that nobody takes a content for whole that has something behind it.
      if (segment > last) lastPieces = wanted
      else for (const piece of wanted) yield piece
    }
    if (segment > last && readsToTheEnd && queue.length > 0) throw new FileError('content_overlong')
  }
  if (lastPieces === undefined) throw new FileError('content_truncated')
  for (const piece of lastPieces) yield piece
}

/** What of the pieces, of which the first begins at `offset`, lies within a span. */
function within(pieces: readonly Buffer[], offset: number, { start, end }: ByteSpan): Buffer[] {
  let at = offset
  const cut = pieces.map((piece) => {
    const from = at
    at += piece.length
    return piece.subarray(Math.max(0, start - from), Math.max(0, end - from))
  })
  return cut.filter(({ length }) => length > 0)
}
