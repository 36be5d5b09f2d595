import { Readable, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { BatchEnvelope } from '../envelope/envelope.js'
import { SyncError } from '../outcome/sync-error.js'
import { parseRecord } from './parse-record.js'
import type { SyncRecord } from './record.js'

export interface RecordLimits {
  /** Bytes of one record. */
  readonly recordBytes: number
  /** Bytes of a batch when it is inflated. */
  readonly inflatedBytes: number
  /** How many times larger than its compressed form a batch may be; a mebibyte is always allowed. */
  readonly inflationRatio: number
}

const NEWLINE = 0x0a
const PAGE_RECORDS = 256
const PAGE_BYTES = 1_048_576
const MEBIBYTE = 1_048_576

type Numbered = Pick<BatchEnvelope, 'first' | 'last' | 'length' | 'contentEncoding'>

/**
 * Reads the records of a body whose digest was checked, a page at a time. After the last page the batch is known to be
 * what its envelope says.
 *
 * @throws SyncError for a batch that is not as its envelope says, or above a limit
 */
export async function* readRecords(
  body: AsyncIterable<Uint8Array>,
  envelope: Numbered,
  limits: RecordLimits,
): AsyncGenerator<readonly SyncRecord[], void> {
  const { first, last } = envelope
  let sequence = first
  let page: SyncRecord[] = []
  let bytes = 0
  for await (const line of linesOf(inflated(body, envelope, limits), limits.recordBytes)) {
    if (sequence > last) throw new SyncError('record_count_mismatch')
    page.push(parseRecord(line, sequence++))
    bytes += line.byteLength
    if (page.length < PAGE_RECORDS && bytes < PAGE_BYTES) continue
    yield page
    page = []
    bytes = 0
  }
  if (sequence <= last) throw new SyncError('record_count_mismatch')
  if (page.length > 0) yield page
}

/** Lines without their ends; the last one must have an end as well. */
async function* linesOf(body: AsyncIterable<Uint8Array>, recordBytes: number): AsyncGenerator<Uint8Array> {
  let kept: Uint8Array[] = []
  let keptBytes = 0
  for await (const chunk of body) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const part = chunk.subarray(start, end)
      if (keptBytes + part.byteLength > recordBytes) throw tooLarge(recordBytes)
      yield kept.length === 0 ? part : Buffer.concat([...kept, part])
      kept = []
      keptBytes = 0
      start = end + 1
    }
    const rest = chunk.subarray(start)
    if (rest.byteLength === 0) continue
    keptBytes += rest.byteLength
    if (keptBytes > recordBytes) throw tooLarge(recordBytes)
    kept.push(rest)
  }
  if (keptBytes > 0) throw new SyncError('batch_unterminated')
}

const tooLarge = (limit: number) => new SyncError('record_too_large', { limit })

async function* inflated(
  body: AsyncIterable<Uint8Array>,
  { contentEncoding, length }: Numbered,
  { inflatedBytes, inflationRatio }: RecordLimits,
): AsyncGenerator<Uint8Array> {
  if (contentEncoding === 'identity') {
    yield* body
    return
  }
  const limit = Math.min(inflatedBytes, Math.max(MEBIBYTE, length * inflationRatio))
  const gunzip = createGunzip()
  // What fails is told by the iteration.
  pipeline(Readable.from(body, { objectMode: false }), gunzip, () => undefined)
  let size = 0
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      if (size > limit) throw new SyncError('inflated_too_large', { limit })
      yield chunk
    }
  } catch (cause) {
    throw isZlibError(cause) ? new SyncError('inflation_failed', { cause }) : cause
  } finally {
    gunzip.destroy()
  }
}

const isZlibError = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_')
