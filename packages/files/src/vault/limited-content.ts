import { paddedLength, zeros, type Padding } from '../format/padding.js'
import { FileError } from '../outcome/file-error.js'

export interface LimitedContent {
  /** The content, and zeros after it. @throws FileError `content_too_large`, `upload_incomplete` */
  readonly bytes: AsyncIterable<Uint8Array>
  /** Known when all of it was taken. */
  readonly size: () => number
}

/** Counts a content while it passes, and stops it where it gets too large. */
export function limitContent(
  content: AsyncIterable<Uint8Array>,
  { maxBytes, padding }: { readonly maxBytes: number; readonly padding: Padding },
): LimitedContent {
  let size = 0
  async function* pass() {
    try {
      for await (const bytes of content) {
        if (!(bytes instanceof Uint8Array)) throw new FileError('upload_incomplete')
        size += bytes.length
        if (size > maxBytes) throw new FileError('content_too_large')
        yield bytes
      }
    } catch (cause) {
      // Whose fault it was that no more came: not that of the storage.
      throw cause instanceof FileError ? cause : new FileError('upload_incomplete', { cause })
    }
    yield* zeros(paddedLength(size, padding) - size)
  }
  return { bytes: pass(), size: () => size }
}
