import {
  type OptionReader,
  type OptionReaders,
  optional,
  readOptions,
  wholeNumberBetween,
} from '@portcullis/core/internal'

/** What a receiver takes at most. */
export interface ReceiverLimits {
  /** Bytes of a batch as sent, to 1 TiB; default 64 MiB. */
  readonly batchBytes: number
  /** Records of a batch, to 100,000,000; default 100,000. */
  readonly records: number
  /** Bytes of one record, to 16 MiB; default 1 MiB. */
  readonly recordBytes: number
  /** Bytes of a batch when it is inflated, to 1 TiB; default 256 MiB. */
  readonly inflatedBytes: number
  /** How many times larger than as sent a batch may inflate, 1 to 1,032; default 100. A mebibyte is always allowed. */
  readonly inflationRatio: number
  /** Seconds without a byte after which a body is cut off, 1 to 300; default 10. */
  readonly idleSeconds: number
  /** Bytes a second, on average, below which a body is cut off; default 16,384. */
  readonly slowestBytesPerSecond: number
  /** Bodies that are taken at once, 1 to 10,000; default 16. */
  readonly concurrentBodies: number
  /** Bytes of a body that are kept in memory, 0 to 1 GiB; default 1 MiB. What is larger goes to a temporary file. */
  readonly memoryBytes: number
}

const TEBIBYTE = 2 ** 40
const MEBIBYTE = 2 ** 20

const readers: OptionReaders<ReceiverLimits> = {
  batchBytes: optional(wholeNumberBetween(1, TEBIBYTE, 'bytes'), 64 * MEBIBYTE),
  records: optional(wholeNumberBetween(1, 100_000_000, 'records'), 100_000),
  recordBytes: optional(wholeNumberBetween(1, 16 * MEBIBYTE, 'bytes'), MEBIBYTE),
  inflatedBytes: optional(wholeNumberBetween(1, TEBIBYTE, 'bytes'), 256 * MEBIBYTE),
  inflationRatio: optional(wholeNumberBetween(1, 1032, 'times'), 100),
  idleSeconds: optional(wholeNumberBetween(1, 300, 'seconds'), 10),
  slowestBytesPerSecond: optional(wholeNumberBetween(1, 2 ** 30, 'bytes'), 16_384),
  concurrentBodies: optional(wholeNumberBetween(1, 10_000, 'bodies'), 16),
  memoryBytes: optional(wholeNumberBetween(0, 2 ** 30, 'bytes'), MEBIBYTE),
}

export const receiverLimits: OptionReader<ReceiverLimits> = (value, option) =>
  readOptions(option, value ?? {}, readers)
