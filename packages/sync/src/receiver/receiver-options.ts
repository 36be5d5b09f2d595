import { ConfigurationError } from '@portcullis/core'
import { tmpdir } from 'node:os'
import { functionOf, nonEmptyString, optional, readOptions, withMethods } from '@portcullis/core/internal'
import type { Action } from '../outcome/codes.js'
import type { Sender } from '../envelope/envelope.js'
import type { ForkAlarm, SyncState } from '../state/state.js'
import { syncVerifier, type SyncVerifier } from '../trust/sync-verifier.js'
import type { SyncSigner } from '../trust/sync-signer.js'
import type { Batch } from './batch.js'
import { receiverLimits, type ReceiverLimits } from './limits.js'
import { streams, type StreamOptions, type StreamSettings } from './stream-options.js'

/** What a receiver does, for logs and metrics. It holds no token and nothing of the data. */
export type ReceiverEvent =
  | {
      readonly kind: 'applied' | 'already_applied'
      readonly stream: string
      readonly sender: Sender
      readonly first: number
      readonly last: number
    }
  | {
      readonly kind: 'refused'
      /** The exact reason, where the sender is told less. */
      readonly code: string
      readonly action: Action
      readonly stream?: string
      /** Undefined for a message that nobody has proven to have sent. */
      readonly sender?: Sender
      readonly cause?: unknown
    }
  /** A sender has signed two things that exclude each other: its key or its outbox is not what it should be. */
  | { readonly kind: 'alarm'; readonly alarm: ForkAlarm }

export interface ReceiverOptions<Transaction> {
  /** `createSyncVerifier(...)`: who is trusted. */
  readonly verifier: SyncVerifier
  /** What is received, and from whom: `{ orders: { allow: sentBy('https://shop-a.example.com') } }`. */
  readonly streams: Readonly<Record<string, StreamOptions>>
  /** `await createSqlState({ database })`, in the database that the data are in. */
  readonly state: SyncState<Transaction>
  /**
   * Writes a batch, by the transaction that also moves the cursor: both are kept, or neither. It is called once for
   * each batch that is kept. Throw a BatchRefused for what must never be applied; any other error asks the sender to
   * try again later.
   */
  readonly apply: (batch: Batch, transaction: Transaction) => unknown
  /**
   * Signs the answers, so that a sender can tell them from those of somebody on the way: `createSyncSigner(...)`, whose
   * issuer must be the name of this receiver. Without it senders must trust the connection (TLS).
   */
  readonly signer?: SyncSigner
  readonly limits?: Partial<ReceiverLimits>
  /** Where bodies are kept that are too large for memory; default the system's folder for temporary files. */
  readonly spoolFolder?: string
  readonly onEvent?: (event: ReceiverEvent) => void
}

export interface ReceiverSettings {
  readonly verifier: SyncVerifier
  readonly streams: ReadonlyMap<string, StreamSettings>
  readonly state: SyncState<unknown>
  readonly apply: (batch: Batch, transaction: unknown) => unknown
  readonly signer: SyncSigner | undefined
  readonly limits: ReceiverLimits
  readonly spoolFolder: string
  readonly onEvent: (event: ReceiverEvent) => void
}

/** @throws ConfigurationError */
export function readReceiverOptions(options: object): ReceiverSettings {
  const settings = readOptions<ReceiverSettings>('createReceiver()', options, {
    verifier: syncVerifier,
    streams,
    state: withMethods<SyncState<unknown>>(
      ['cursor', 'overlapping', 'transaction', 'raise'],
      'a state, such as await createSqlState({ database })',
    ),
    apply: functionOf<ReceiverSettings['apply']>('writes a batch'),
    signer: optional(
      withMethods<SyncSigner>(['receipt'], 'createSyncSigner({ issuer, keyRing })'),
      undefined,
    ),
    limits: receiverLimits,
    spoolFolder: optional(nonEmptyString, tmpdir()),
    onEvent: optional(functionOf<ReceiverSettings['onEvent']>('is told what happens'), () => undefined),
  })
  if (settings.signer !== undefined && settings.signer.issuer !== settings.verifier.receiver) {
    throw new ConfigurationError(
      'signer',
      "must have the receiver's name as its issuer, as senders know no other",
    )
  }
  return settings
}
