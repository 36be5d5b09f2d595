import { writeBody, type WrittenBody } from '../body/write-body.js'
import { CONTENT_TYPE } from '../envelope/envelope.js'
import type { PreparedBatch, Progress } from './outbox.js'
import type { SenderSettings } from './sender-options.js'
import type { OutgoingBody } from './transport.js'

/** A batch with its bytes. */
export interface ReadyBatch extends PreparedBatch {
  readonly body: OutgoingBody
  dispose(): Promise<void>
}

/** Cuts batches from the outbox, and keeps the bytes of the last one for further attempts. */
export interface BatchMaker {
  /** The next batch, or the prepared one as it was cut; undefined where there is nothing to send. */
  next(progress: Progress): Promise<ReadyBatch | undefined>
  /** Gives up the bytes that are kept. */
  forget(): Promise<void>
}

export function createBatchMaker(settings: SenderSettings): BatchMaker {
  const { outbox, batch, digest: algorithm, memoryBytes, spoolFolder } = settings
  let kept: ReadyBatch | undefined

  const forget = async () => {
    const disposing = kept
    kept = undefined
    await disposing?.dispose()
  }

  const make = async ({ sequence, prepared }: Progress): Promise<ReadyBatch | undefined> => {
    const encoding = prepared?.encoding ?? settings.encoding
    const written = await writeBody(outbox.read(sequence), {
      encoding,
      algorithm,
      memoryBytes,
      folder: spoolFolder,
      records: prepared === undefined ? batch.records : prepared.last - prepared.first + 1,
      bytes: prepared === undefined ? batch.bytes : Number.POSITIVE_INFINITY,
    })
    if (written.count > 0) return readyBatch(written, sequence + 1, encoding)
    await written.spool.dispose()
    return undefined
  }

  return {
    async next(progress) {
      if (kept?.first === progress.sequence + 1 && kept.digest === progress.prepared?.digest) return kept
      await forget()
      kept = await make(progress)
      return kept
    },
    forget,
  }
}

function readyBatch(
  { spool, digest, lastSequence }: WrittenBody,
  first: number,
  encoding: ReadyBatch['encoding'],
): ReadyBatch {
  const content = { contentType: CONTENT_TYPE, contentEncoding: encoding }
  return {
    first,
    last: lastSequence,
    digest,
    encoding,
    body: { read: () => spool.read(), length: spool.size, digest, ...content },
    dispose: () => spool.dispose(),
  }
}
