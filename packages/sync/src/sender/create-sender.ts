import { SyncStopped } from '../outcome/sync-stopped.js'
import { createBatchMaker, type ReadyBatch } from './batch-maker.js'
import { createEnvelopeSource } from './envelope-source.js'
import { FailedAttempt } from './failed-attempt.js'
import type { Progress } from './outbox.js'
import { backoffAfter, pause } from './pause.js'
import { createAnswerReader, type ToldCursor } from './read-answer.js'
import { readSenderOptions, type SenderOptions, type SenderSettings } from './sender-options.js'

export interface PushOptions {
  /** Stops between two attempts, and breaks off the one that is under way. */
  readonly signal?: AbortSignal
}

export interface RunOptions extends PushOptions {
  /** Seconds between two looks into the outbox, 0.01 to 3,600; default 1. */
  readonly every?: number
}

/** What one `push` has done. */
export interface Pushed {
  readonly batches: number
  readonly records: number
}

/** Sends the outbox of one stream to one receiver. */
export interface Sender {
  /**
   * Sends what is in the outbox, and resolves when the receiver has acknowledged all of it. Calls wait for each other.
   *
   * @throws SyncStopped where going on would not help, or after too many failures in a row
   * @throws the reason of the signal
   */
  push(options?: PushOptions): Promise<Pushed>
  /**
   * Goes on sending until the signal is aborted; a receiver that cannot be reached is tried for ever.
   *
   * @throws SyncStopped where going on would not help
   */
  run(options?: RunOptions): Promise<void>
}

/** Seconds beyond the end of an envelope in which a receiver whose clock is behind may still believe it. */
const CLOCK_MARGIN = 30

/** @throws ConfigurationError */
export function createSender(options: SenderOptions): Sender {
  const settings = readSenderOptions(options)
  const { backoff, attempts, onEvent } = settings
  const session = createSession(settings)
  let turn: Promise<unknown> = Promise.resolve()
  let isResumed = false

  const drain = async (signal: AbortSignal): Promise<Pushed> => {
    const pushed = { batches: 0, records: 0 }
    let failures = 0
    for (;;) {
      signal.throwIfAborted()
      try {
        if (!isResumed) await session.resume(signal)
        isResumed = true
        const records = await session.sendNext(signal)
        failures = 0
        if (records === 0) return pushed
        pushed.batches++
        pushed.records += records
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof FailedAttempt)) throw error
        const { code, asksAgain, retryAfter, cause } = error
        failures++
        if (failures >= attempts) throw new SyncStopped('receiver_unreachable', error)
        if (asksAgain) isResumed = false
        // What was changed on the way may go through at once when it is sent anew.
        const wait = asksAgain && failures === 1 ? 0 : (retryAfter ?? backoffAfter(failures, backoff))
        onEvent({ kind: 'failed', code, failures, wait, ...(cause === undefined ? {} : { cause }) })
        await pause(wait, signal)
      }
    }
  }

  const push = ({ signal = new AbortController().signal }: PushOptions = {}): Promise<Pushed> => {
    const mine = turn.then(() => drain(signal))
    turn = mine.catch(() => {
      isResumed = false
      return session.rest()
    })
    return mine
  }

  return Object.freeze({
    push,
    async run({ signal = new AbortController().signal, every = 1 }: RunOptions = {}) {
      while (!signal.aborted) {
        try {
          await push({ signal })
          await pause(every, signal)
        } catch (error) {
          if (isAborted(signal)) return
          if (!(error instanceof SyncStopped && error.code === 'receiver_unreachable')) throw error
          await pause(backoff.most, signal).catch(() => undefined)
        }
      }
    },
  })
}

const isAborted = (signal: AbortSignal): boolean => signal.aborted

interface Session {
  /** Finds out where the receiver is, and goes on from there. */
  resume(signal: AbortSignal): Promise<void>
  /** @returns how many records were acknowledged; 0 where there was nothing to send */
  sendNext(signal: AbortSignal): Promise<number>
  /** Keeps nothing in memory or in temporary files. */
  rest(): Promise<void>
}

function createSession(settings: SenderSettings): Session {
  const { outbox, receiver, stream, schema, onEvent, clock } = settings
  const { transport, name } = receiver
  const batches = createBatchMaker(settings)
  const sign = createEnvelopeSource(settings)
  const readAnswer = createAnswerReader(settings)

  const exchange = async (
    kind: 'batch' | 'cursor',
    envelope: { readonly token: string; readonly id: string },
    batch: ReadyBatch | undefined,
    signal: AbortSignal,
  ): Promise<ToldCursor> => {
    const answer = await transport.send(kind, envelope.token, batch?.body, signal).catch((cause: unknown) => {
      throw new FailedAttempt('unreachable', { cause })
    })
    return readAnswer(answer, envelope.id)
  }

  /** Several processes may send one outbox: who comes too late looks again. */
  const keep = async (progress: Progress, change: Partial<Progress>): Promise<Progress> => {
    const next = { ...progress, ...change, revision: progress.revision + 1 }
    if (await outbox.keep(name, next)) return next
    throw new FailedAttempt('outbox_busy', { asksAgain: true })
  }

  /** Two batches under one number would be a fork, also where the first of them is only late. */
  const untilNothingIsUnderWay = async ({ validUntil }: Progress, signal: AbortSignal): Promise<void> => {
    const seconds = validUntil + CLOCK_MARGIN - clock()
    if (seconds > 0) onEvent({ kind: 'waiting', seconds })
    while (validUntil + CLOCK_MARGIN > clock()) {
      await pause(Math.min(1, validUntil + CLOCK_MARGIN - clock()), signal)
    }
  }

  const acknowledge = async (progress: Progress, { sequence, digest }: ToldCursor): Promise<void> => {
    await keep(progress, { sequence, digest, prepared: undefined })
    await batches.forget()
  }

  const resume = async (signal: AbortSignal): Promise<void> => {
    const { method, target } = transport.bindings.cursor
    const envelope = await sign({ kind: 'cursor', stream, method, target })
    const told = await exchange('cursor', envelope, undefined, signal)
    const progress = await outbox.progress(name)
    const { sequence, digest, prepared } = progress
    if (told.sequence === sequence && told.digest === digest) return
    if (told.sequence === prepared?.last && told.digest === prepared.digest) {
      await acknowledge(progress, told)
      const { first, last } = prepared
      onEvent({ kind: 'acknowledged', first, last, bytes: 0 })
      return
    }
    // A sender without any memory goes on where the receiver is; one that was set back is gone back for.
    if (progress.revision > 0) await checkGoingBack(told, progress)
    await untilNothingIsUnderWay(progress, signal)
    await acknowledge(progress, told)
    onEvent({ kind: 'resumed', sequence: told.sequence })
  }

  const checkGoingBack = async (told: ToldCursor, { sequence }: Progress): Promise<void> => {
    if (told.sequence > sequence) throw new SyncStopped('receiver_ahead')
    const sent = told.sequence === 0 ? 'none' : await outbox.digestAt(name, told.sequence)
    if (told.sequence === sequence || sent !== told.digest) throw new SyncStopped('receiver_disagrees')
  }

  const cut = async (progress: Progress, signal: AbortSignal): Promise<ReadyBatch | undefined> => {
    const batch = await batches.next(progress)
    const { prepared } = progress
    if (prepared === undefined) return batch
    if (batch?.digest === prepared.digest && batch.last === prepared.last) return batch
    // The same records gave other bytes, by another zlib for one.
    await untilNothingIsUnderWay(progress, signal)
    await batches.forget()
    return batches.next({ ...progress, prepared: undefined })
  }

  return {
    resume,
    async sendNext(signal) {
      const progress = await outbox.progress(name)
      const batch = await cut(progress, signal)
      if (batch === undefined) return 0
      const { first, last, digest, encoding, body } = batch
      const envelope = await sign({
        kind: 'batch',
        stream,
        ...transport.bindings.batch,
        first,
        last,
        digest,
        previous: progress.digest,
        length: body.length,
        contentType: body.contentType,
        contentEncoding: encoding,
        schema,
      })
      // Durable before it leaves: after a crash the same bytes are sent under these numbers, or none.
      const validUntil = Math.max(progress.validUntil, envelope.expiresAt)
      const sent = await keep(progress, { prepared: { first, last, digest, encoding }, validUntil })
      const told = await exchange('batch', envelope, batch, signal)
      if (told.sequence !== last || told.digest !== digest) throw new SyncStopped('receiver_disagrees')
      await acknowledge(sent, told)
      onEvent({ kind: 'acknowledged', first, last, bytes: body.length })
      return last - first + 1
    },
    rest: () => batches.forget(),
  }
}
