import { comparison } from '../measuring/table.mjs'
import { measureStores, measureStreams } from './streams.mjs'
import { measureRanges } from './ranges.mjs'

const BARE = 'bare node:crypto'
const PLAIN = 'plain file'

/** What keeping files encrypted costs. */
export async function measure(pace, progress) {
  return {
    streams: await measureStreams(pace, progress),
    ranges: await measureRanges(pace, progress),
    stores: await measureStores(pace, progress),
  }
}

export function print({ streams, ranges, stores }) {
  return [
    comparison('in memory, the access to the file included: MB/s', streams, 'perSecond', BARE),
    comparison('reading a part by a grant: µs', ranges, 'elapsed', 'of a small file'),
    comparison('storing ciphertext on disk, flushed unless it says so: MB/s', stores, 'perSecond', PLAIN),
  ].join('\n\n')
}
