/** Bytes that came in pieces of any size, to be taken in pieces of one size. */
export interface ByteQueue {
  readonly length: number
  push(bytes: Uint8Array): void
  /** Takes so many bytes, which must be there, as they came: nothing is copied. */
  take(length: number): Uint8Array[]
}

export function createByteQueue(): ByteQueue {
  let pieces: Uint8Array[] = []
  let length = 0
  return {
    get length() {
      return length
    },
    push(bytes) {
      if (bytes.length === 0) return
      pieces.push(bytes)
      length += bytes.length
    },
    take(wanted) {
      const taken: Uint8Array[] = []
      let missing = wanted
      let used = 0
      while (missing > 0) {
        const piece = pieces[used]
        if (piece === undefined) throw new RangeError('There are not so many bytes')
        if (piece.length <= missing) {
          taken.push(piece)
          used++
        } else {
          taken.push(piece.subarray(0, missing))
          pieces[used] = piece.subarray(missing)
        }
        missing -= Math.min(piece.length, missing)
      }
      pieces = pieces.slice(used)
      length -= wanted
      return taken
    },
  }
}

/** One piece of several; the piece itself where it is only one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)
}
