import type { AuthError, Auth } from '@portcullis/core'
import { receiveBody } from '../body/receive-body.js'
import { algorithmOf, type DigestAlgorithm } from '../envelope/digest.js'
import { readEnvelope } from '../envelope/envelope-claims.js'
import { CONTENT_TYPE, type BatchEnvelope, type Envelope, type Sender } from '../envelope/envelope.js'
import { problemOf, refusalFrom, type SyncProblem } from '../outcome/problem.js'
import { SyncError } from '../outcome/sync-error.js'
import type { Cursor, ForkAlarm } from '../state/state.js'
import { receiptClaims, type Answer, type SyncResult } from './answer.js'
import { applyBatch, keyOf, type Applied } from './apply-batch.js'
import {
  checkBinding,
  checkContent,
  checkDigests,
  type ContentDescription,
  type Delivery,
} from './delivery.js'
import { placeOf } from './order.js'
import { readReceiverOptions, type ReceiverOptions, type ReceiverSettings } from './receiver-options.js'
import type { StreamSettings } from './stream-options.js'

/** Receives batches, by whatever transport. */
export interface Receiver {
  /**
   * Checks one message and applies what it brings. It never rejects: what is wrong is the answer, and is told to
   * `onEvent`. The body may be left half read.
   */
  receive(delivery: Delivery): Promise<Answer>
}

const RETRY_AFTER = '5'

/** Whose message this is, as far as it is proven. */
interface Proven {
  sender?: Sender
  envelope?: Envelope
}

/**
 * Makes a receiver: who sends (token, audience), what he may send (policy), whether it is what he has sent (method,
 * target, digests), whether it is its turn (gap, rollback, replay, fork), and then `apply`, once.
 *
 * @throws ConfigurationError
 */
export function createReceiver<Transaction>(options: ReceiverOptions<Transaction>): Receiver {
  const settings = readReceiverOptions(options)
  const { state, onEvent } = settings
  const take = createIntake(settings)
  const sign = createAnswers(settings)

  const handle = async (
    delivery: Delivery,
    proven: Proven,
  ): Promise<Applied | { cursor: Cursor; result: 'cursor' }> => {
    const token = await settings.verifier.verify(delivery.envelope())
    const sender = senderOf(token)
    proven.sender = sender
    const envelope = readEnvelope(token.claims, sender)
    proven.envelope = envelope
    checkBinding(envelope, delivery.binding())
    const stream = settings.streams.get(envelope.stream)
    if (stream === undefined) throw new SyncError('stream_unknown')
    authorize(stream, token)
    if (envelope.kind === 'cursor') {
      return { result: 'cursor', cursor: await state.cursor(keyOf(envelope)) }
    }
    const applied = await take(delivery, envelope, stream, token)
    onEvent({
      kind: applied.result,
      stream: envelope.stream,
      sender,
      first: envelope.first,
      last: envelope.last,
    })
    return applied
  }

  /** For a sender that is to go on from there; a state that cannot say it is no second failure. */
  const cursorFor = (envelope: Envelope | undefined): Promise<Cursor | undefined> =>
    envelope === undefined || !settings.streams.has(envelope.stream)
      ? Promise.resolve(undefined)
      : state.cursor(keyOf(envelope)).catch(() => undefined)

  const refuse = async (error: unknown, { sender, envelope }: Proven): Promise<Answer> => {
    const refusal = refusalFrom(error)
    const cursor = await cursorFor(envelope)
    const problem = problemOf(refusal, cursor === undefined ? undefined : cursor.sequence + 1)
    onEvent({
      kind: 'refused',
      code: refusal.code,
      action: problem.action,
      ...(envelope === undefined ? {} : { stream: envelope.stream }),
      ...(sender === undefined ? {} : { sender }),
      ...(refusal.cause === undefined ? {} : { cause: refusal.cause }),
    })
    if (envelope?.kind === 'batch') await raiseAlarm(refusal, envelope, settings)
    return sign(problem, headersOf(refusal, problem), envelope, cursor)
  }

  return Object.freeze({
    async receive(delivery: Delivery) {
      const proven: Proven = {}
      try {
        const { result, cursor } = await handle(delivery, proven)
        const { stream } = proven.envelope as Envelope
        const body: SyncResult = { result, stream, sequence: cursor.sequence, digest: cursor.digest }
        return await sign(body, {}, proven.envelope, cursor)
      } catch (error) {
        return refuse(error, proven)
      }
    },
  })
}

const senderOf = ({ issuer, subject = '' }: Auth): Sender => Object.freeze({ issuer, subject })

function authorize(stream: StreamSettings, token: Auth): void {
  const check: StreamSettings['authorize'] = stream.authorize
  check(token)
}

/** From an envelope that is believed to a batch that is applied. */
function createIntake(settings: ReceiverSettings) {
  const { state, limits, verifier, spoolFolder } = settings
  let bodies = 0

  const checkLimits = (
    { length, first, last, contentType, schema }: BatchEnvelope,
    stream: StreamSettings,
  ) => {
    if (contentType !== CONTENT_TYPE) throw new SyncError('envelope_invalid', { member: 'content_type' })
    if (!stream.schemas.includes(schema)) throw new SyncError('schema_unsupported')
    if (length > limits.batchBytes) throw new SyncError('batch_too_large', { limit: limits.batchBytes })
    if (last - first >= limits.records) throw new SyncError('too_many_records', { limit: limits.records })
  }

  return async (
    delivery: Delivery,
    envelope: BatchEnvelope,
    stream: StreamSettings,
    token: Auth,
  ): Promise<Applied> => {
    checkLimits(envelope, stream)
    const content = delivery.content()
    checkContent(envelope, content)
    // What is not wanted need not be sent: the place is looked at before the body, and again when it counts.
    const cursor = await state.cursor(keyOf(envelope))
    const overlapping = await state.overlapping(keyOf(envelope), envelope.first, envelope.last)
    if (placeOf(envelope, cursor, overlapping) === 'applied') return { result: 'already_applied', cursor }
    if (envelope.schema < cursor.schema) throw new SyncError('schema_downgrade')
    if (bodies >= limits.concurrentBodies) throw new SyncError('receiver_busy')
    bodies++
    try {
      const arrived = await receiveBody(delivery.body, {
        ...limits,
        folder: spoolFolder,
        length: envelope.length,
        algorithms: algorithmsOf(envelope, content),
      })
      try {
        checkDigests(envelope, content, arrived.digests)
        await verifier.recheck(token)
        return await applyBatch(envelope, arrived, stream, settings)
      } finally {
        await arrived.spool.dispose()
      }
    } finally {
      bodies--
    }
  }
}

function algorithmsOf(
  { digest }: BatchEnvelope,
  { digests }: ContentDescription,
): readonly DigestAlgorithm[] {
  const signed = algorithmOf(digest)
  const carried = digests.flatMap((each) => [...each.keys()])
  return [...new Set(signed === undefined ? carried : [signed, ...carried])]
}

async function raiseAlarm(
  { code }: SyncError | AuthError,
  envelope: BatchEnvelope,
  { state, onEvent }: ReceiverSettings,
): Promise<void> {
  if (code !== 'fork_detected' && code !== 'previous_mismatch') return
  const { first, last, digest, previous, id, issuedAt } = envelope
  const alarm: ForkAlarm = {
    ...keyOf(envelope),
    code,
    first,
    last,
    digest,
    previous,
    envelopeId: id,
    issuedAt,
  }
  onEvent({ kind: 'alarm', alarm })
  // It was told already; a state that cannot keep it must not hide the refusal.
  await state.raise(alarm).catch(() => undefined)
}

function headersOf(refusal: SyncError | AuthError, { action }: SyncProblem): Record<string, string> {
  const own = 'headers' in refusal ? refusal.headers : {}
  return { ...(action === 'retry' ? { 'Retry-After': RETRY_AFTER } : {}), ...own }
}

/** Answers, signed for senders that are known to be who they are. */
function createAnswers({ signer }: ReceiverSettings) {
  return async (
    body: SyncResult | SyncProblem,
    more: Readonly<Record<string, string>>,
    envelope: Envelope | undefined,
    cursor: Cursor | undefined,
  ): Promise<Answer> => {
    const isProblem = 'code' in body
    const headers = {
      'Cache-Control': 'no-store',
      'Content-Type': isProblem ? 'application/problem+json' : 'application/json',
      ...more,
    }
    const status = isProblem ? body.status : 200
    if (signer === undefined || envelope === undefined) return { status, headers, body }
    const claims = receiptClaims(envelope, body, cursor)
    try {
      const receipt = await signer.receipt({ audience: envelope.sender.subject, claims })
      return { status, headers, body: { ...body, receipt } }
    } catch {
      // The sender takes an answer without a receipt for none, and asks again.
      return { status, headers, body }
    }
  }
}
