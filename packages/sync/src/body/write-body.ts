import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { startDigest, type DigestAlgorithm } from '../envelope/digest.js'
import type { ContentEncoding } from '../envelope/envelope.js'
import { lineOf, type OutgoingRecord } from './record.js'
import { createSpool, type Spool, type SpoolOptions } from './spool.js'

export interface BodyOptions extends SpoolOptions {
  readonly encoding: ContentEncoding
  readonly algorithm: DigestAlgorithm
  /** Records to take at most. */
  readonly records: number
  /** Bytes after which no further record is taken, before compression. */
  readonly bytes: number
}

/** A body as it is sent, whole. */
export interface WrittenBody {
  readonly spool: Spool
  readonly digest: string
  /** Records in it; 0 where there were none, and then nothing is spooled. */
  readonly count: number
  readonly lastSequence: number
}

const CHUNK_BYTES = 65_536

/**
 * Writes records as lines, and hashes what is to be sent while it is written. The same records give the same bytes.
 */
export async function writeBody(
  records: AsyncIterable<OutgoingRecord>,
  options: BodyOptions,
): Promise<WrittenBody> {
  const spool = createSpool(options)
  const digest = startDigest(options.algorithm)
  const taken = { count: 0, lastSequence: 0 }
  const keep = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      digest.update(chunk)
      await spool.write(chunk)
    }
  }
  try {
    const lines = linesOf(records, options, taken)
    if (options.encoding === 'gzip') await pipeline(Readable.from(lines), createGzip(), keep)
    else await keep(lines)
    return { spool, digest: digest.text(), ...taken }
  } catch (error) {
    await spool.dispose()
    throw error
  }
}

interface Taken {
  count: number
  lastSequence: number
}

async function* linesOf(
  records: AsyncIterable<OutgoingRecord>,
  options: BodyOptions,
  taken: Taken,
): AsyncGenerator<Uint8Array> {
  let waiting: string[] = []
  let waitingBytes = 0
  let bytes = 0
  const flush = () => {
    const chunk = Buffer.from(waiting.join(''), 'utf8')
    waiting = []
    waitingBytes = 0
    return chunk
  }
  for await (const record of records) {
    const line = lineOf(record)
    waiting.push(line)
    waitingBytes += line.length
    bytes += line.length
    taken.count++
    taken.lastSequence = record.sequence
    if (waitingBytes >= CHUNK_BYTES) yield flush()
    if (taken.count >= options.records || bytes >= options.bytes) break
  }
  if (waiting.length > 0) yield flush()
}
