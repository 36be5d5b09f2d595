import { startDigest, type DigestAlgorithm } from '../envelope/digest.js'
import { SyncError } from '../outcome/sync-error.js'
import { createSpool, type Spool, type SpoolOptions } from './spool.js'

export interface ArrivalOptions extends SpoolOptions {
  /** Bytes that were signed. */
  readonly length: number
  readonly algorithms: readonly DigestAlgorithm[]
  /** Seconds without a byte after which the body is cut off. */
  readonly idleSeconds: number
  /** Bytes a second, on average, below which it is cut off. */
  readonly slowestBytesPerSecond: number
}

/** A body that has arrived whole. */
export interface ArrivedBody {
  readonly spool: Spool
  readonly digests: ReadonlyMap<DigestAlgorithm, string>
}

/**
 * Keeps a body and hashes it while it arrives. Whatever it holds is not looked at.
 *
 * @throws SyncError `body_truncated`, `body_too_long`, `body_too_slow`; what had arrived is gone then
 */
export async function receiveBody(
  body: AsyncIterable<Uint8Array>,
  options: ArrivalOptions,
): Promise<ArrivedBody> {
  const { length, algorithms, idleSeconds, slowestBytesPerSecond } = options
  const spool = createSpool(options)
  const digests = algorithms.map((algorithm) => [algorithm, startDigest(algorithm)] as const)
  const source = body[Symbol.asyncIterator]()
  const deadline = performance.now() + (idleSeconds + length / slowestBytesPerSecond) * 1000
  try {
    for (;;) {
      const patience = Math.min(idleSeconds * 1000, deadline - performance.now())
      const { done, value } = await within(patience, source.next())
      if (done === true) break
      if (spool.size + value.byteLength > length) throw new SyncError('body_too_long', { limit: length })
      for (const [, digest] of digests) digest.update(value)
      await spool.write(value)
    }
    if (spool.size < length) throw new SyncError('body_truncated')
    return { spool, digests: new Map(digests.map(([algorithm, digest]) => [algorithm, digest.text()])) }
  } catch (error) {
    await spool.dispose()
    throw error
  }
}

type Step = IteratorResult<Uint8Array, unknown>

/** A source that fails was cut off on the way. */
async function within(milliseconds: number, step: Promise<Step>): Promise<Step> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new SyncError('body_too_slow'))
    }, milliseconds)
  })
  try {
    return await Promise.race([
      late,
      step.catch((cause: unknown) => {
        throw new SyncError('body_truncated', { cause })
      }),
    ])
  } finally {
    clearTimeout(timer)
  }
}
