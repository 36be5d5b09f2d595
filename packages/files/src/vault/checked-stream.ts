import { Readable } from 'node:stream'
import { FileError } from '../outcome/file-error.js'

/**
 * A stream of pieces that were checked, one of which waits at a time. What reads the storage behind it is told to stop
 * as soon as the stream is destroyed, also while it waits for the storage.
 */
export function checkedStream(pieces: AsyncGenerator<Buffer, void, undefined>, stop: () => void): Readable {
  let hasEnded = false
  return new Readable({
    // More would wait to be copied together.
    highWaterMark: 1,
    read() {
      pieces.next().then(
        ({ value, done }) => {
          hasEnded = done === true
          this.push(hasEnded ? null : value)
        },
        (cause: unknown) =>
          this.destroy(cause instanceof FileError ? cause : new FileError('storage_unavailable', { cause })),
      )
    },
    destroy(error, callback) {
      if (!hasEnded) {
        stop()
        // It ends when the storage lets go, which nobody here waits for.
        pieces.return().catch(() => undefined)
      }
      callback(error)
    },
  })
}
