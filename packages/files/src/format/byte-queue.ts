/** Bytes that came in pieces of any size, to be taken in pieces of one size. */
export interface ByteQueue {
  readonly length: number
  push(bytes: Uint8Array): void
  /** Takes so many bytes, which must be there. Small pieces have been put together; others are as they came. */
  take(length: number): Uint8Array[]
}

/** Whoever sends single bytes does not get an object made of each: what is smaller than this is copied together. */
const SMALL = 4096
const TOGETHER = 65_536

export function createByteQueue(): ByteQueue {
  let pieces: Uint8Array[] = []
  let length = 0
  let together = Buffer.alloc(0)
  let room: { from: number; to: number } = { from: 0, to: 0 }

  const closeTogether = () => {
    if (room.to > room.from) pieces.push(together.subarray(room.from, room.to))
    room = { from: room.to, to: room.to }
  }
  const copyTogether = (bytes: Uint8Array) => {
    if (room.to + bytes.length > together.length) {
      closeTogether()
      together = Buffer.allocUnsafeSlow(TOGETHER)
      room = { from: 0, to: 0 }
    }
    together.set(bytes, room.to)
    room.to += bytes.length
  }
  return {
    get length() {
      return length
    },
    push(bytes) {
      length += bytes.length
      if (bytes.length < SMALL) {
        copyTogether(bytes)
      } else {
        closeTogether()
        pieces.push(bytes)
      }
    },
    take(wanted) {
      closeTogether()
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
