import { FileError } from '../outcome/file-error.js'
import { createByteQueue } from './byte-queue.js'
import { writeHeader, type Header } from './header.js'
import { headerBytes, MOST_SEGMENTS, TAG_BYTES, type FormatParameters } from './parameters.js'
import { createSegmentCipher } from './segments.js'

export interface Encryption {
  readonly parameters: FormatParameters
  readonly fileKey: Uint8Array
  /** Of {@link newHeader}, for this one encryption. */
  readonly header: Header
  readonly associatedData: Uint8Array
}

/**
 * Encrypts a stream of any length in constant memory. A segment is written when it is known whether it is the last.
 *
 * @throws FileError `content_too_large` for more segments than 32 bits can number
 */
export async function* encrypt(
  content: AsyncIterable<Uint8Array>,
  { parameters, fileKey, header, associatedData }: Encryption,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cipher = createSegmentCipher(parameters, fileKey, header, associatedData)
  const perSegment = parameters.segmentBytes - TAG_BYTES
  const queue = createByteQueue()
  let segment = 0
  let room = perSegment - headerBytes(parameters)

  yield writeHeader(parameters, header)
  for await (const bytes of content) {
    queue.push(bytes)
    while (queue.length > room) {
      // The last one that has a number is kept for the end.
      if (segment >= MOST_SEGMENTS - 1) throw new FileError('content_too_large')
      for (const piece of cipher.seal(segment++, false, queue.take(room))) yield piece
      room = perSegment
    }
  }
  for (const piece of cipher.seal(segment, true, queue.take(queue.length))) yield piece
}
