export { createSender } from './sender/create-sender.js'
export type { Pushed, PushOptions, RunOptions, Sender } from './sender/create-sender.js'
export type { ReceiverAddress, SenderOptions, TokenSource } from './sender/sender-options.js'
export type { SenderEvent } from './sender/sender-event.js'
export { NO_PROGRESS } from './sender/outbox.js'
export type { Outbox, PreparedBatch, Progress } from './sender/outbox.js'
export type { OutgoingBody, Transport, TransportAnswer } from './sender/transport.js'

export { createReceiver } from './receiver/create-receiver.js'
export type { Receiver } from './receiver/create-receiver.js'
export type { ReceiverEvent, ReceiverOptions } from './receiver/receiver-options.js'
export type { ReceiverLimits } from './receiver/limits.js'
export type { StreamOptions } from './receiver/stream-options.js'
export type { Batch } from './receiver/batch.js'
export type { ContentDescription, Delivery } from './receiver/delivery.js'
export type { Answer, SyncResult } from './receiver/answer.js'

export { createSyncSigner } from './trust/sync-signer.js'
export type { Statement, SyncSigner, SyncSignerOptions } from './trust/sync-signer.js'
export { createSyncVerifier } from './trust/sync-verifier.js'
export type { SyncVerifier, SyncVerifierOptions, TrustedParty } from './trust/sync-verifier.js'
export { sentBy } from './trust/sent-by.js'

export { createSqlState } from './state/sql-state.js'
export type { SqlState, SqlStateOptions } from './state/sql-state.js'
export { createSqlOutbox } from './state/sql-outbox.js'
export type { NewRecord, SqlOutbox, SqlOutboxOptions } from './state/sql-outbox.js'
export type { AppliedBatch, Cursor, ForkAlarm, StateStep, StreamKey, SyncState } from './state/state.js'

export { createSyncHandler } from './http/sync-handler.js'
export type { SyncHandler, SyncHandlerOptions } from './http/sync-handler.js'
export { httpTransport } from './http/http-transport.js'
export type { HttpTransportOptions } from './http/http-transport.js'

export { isRecordId } from './body/record.js'
export type { OutgoingRecord, SyncRecord } from './body/record.js'
export type { DigestAlgorithm } from './envelope/digest.js'
export type {
  BatchEnvelope,
  Binding,
  ContentEncoding,
  CursorEnvelope,
  Sender as SenderIdentity,
} from './envelope/envelope.js'

export { BatchRefused, SyncError } from './outcome/sync-error.js'
export { SyncStopped } from './outcome/sync-stopped.js'
export type { StopCode } from './outcome/sync-stopped.js'
export type { Action, SyncRefusalCode } from './outcome/codes.js'
export type { SyncProblem } from './outcome/problem.js'
export { hasScope } from '@portcullis/core'
