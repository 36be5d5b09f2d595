/** What the sender is to do: send again from `next`, sign anew and send again, try later, or stop and call a person. */
export type Action = 'resend' | 'renew' | 'retry' | 'stop'

/** What is told of a refusal. */
export interface Refusal {
  readonly status: number
  readonly action: Action
  /** A constant sentence. */
  readonly title: string
}

const onTheWay = (title: string) => ({ status: 400, action: 'resend', title }) as const
const wrongEnvelope = (title: string) => ({ status: 400, action: 'stop', title }) as const
const forbidden = (title: string) => ({ status: 403, action: 'stop', title }) as const
const outOfOrder = (title: string) => ({ status: 409, action: 'resend', title }) as const
const alarm = (title: string) => ({ status: 409, action: 'stop', title }) as const
const tooLarge = (title: string) => ({ status: 413, action: 'stop', title }) as const
const wrongRecords = (title: string) => ({ status: 422, action: 'stop', title }) as const
const unavailable = (title: string) => ({ status: 503, action: 'retry', title }) as const

/**
 * The closed list of reasons to refuse a batch, beside those of core for the token itself. What anybody on the way
 * can cause asks for another attempt; what only the sender can have signed stops it.
 */
export const REFUSALS = {
  envelope_incomplete: wrongEnvelope('The envelope does not cover all that it must'),
  envelope_invalid: wrongEnvelope('The envelope has a claim of the wrong type or value'),
  sender_mismatch: forbidden('The envelope names a sender that does not own the key'),
  self_granted: forbidden('A sender cannot grant itself scopes, roles or permissions'),
  stream_unknown: { status: 404, action: 'stop', title: 'There is no such stream' },
  schema_unsupported: wrongRecords('The version of the schema is not supported'),
  schema_downgrade: wrongRecords('The version of the schema is older than that of an earlier batch'),

  method_not_allowed: { status: 405, action: 'stop', title: 'Batches are posted, and the cursor is got' },
  method_mismatch: onTheWay('The envelope was signed for another method'),
  target_mismatch: onTheWay('The envelope was signed for another target'),
  header_repeated: onTheWay('A header that must be there once is there twice'),
  content_type_mismatch: onTheWay('The content type is not the one that was signed'),
  content_encoding_mismatch: onTheWay('The content coding is not the one that was signed'),
  content_digest_missing: onTheWay('The request has no Content-Digest'),
  content_digest_malformed: onTheWay('The Content-Digest is malformed'),
  content_digest_unsupported: onTheWay('The Content-Digest has neither sha-256 nor sha-512'),
  content_digest_mismatch: onTheWay('The Content-Digest is not that of the body'),
  length_mismatch: onTheWay('The length is not the one that was signed'),
  digest_mismatch: onTheWay('The body is not the one that was signed'),
  body_truncated: onTheWay('The body ended before its signed length'),
  body_too_long: { status: 413, action: 'resend', title: 'The body is longer than its signed length' },
  body_too_slow: { status: 408, action: 'resend', title: 'The body came too slowly' },

  sequence_gap: outOfOrder('A batch before this one is missing'),
  sequence_rollback: outOfOrder('The batch is older than what was applied'),
  envelope_replayed: outOfOrder('The envelope was used before'),
  fork_detected: alarm('Another batch was applied under these sequence numbers'),
  previous_mismatch: alarm('The batch does not follow the one that was applied before it'),

  batch_too_large: tooLarge('The batch has more bytes than are taken'),
  too_many_records: tooLarge('The batch has more records than are taken'),
  inflated_too_large: tooLarge('The batch inflates to more than is taken'),
  record_too_large: tooLarge('A record has more bytes than are taken'),
  inflation_failed: wrongRecords('The batch is not compressed as it says'),
  record_malformed: wrongRecords('A record is not of the right form'),
  record_unsafe: wrongRecords('A record has a member or an id that could be mistaken for code or a path'),
  record_out_of_order: wrongRecords('A record does not have the next sequence number'),
  record_count_mismatch: wrongRecords('The batch has more or fewer records than were signed'),
  batch_unterminated: wrongRecords('The last record is not terminated'),
  record_version_stale: {
    status: 409,
    action: 'stop',
    title: 'A record has a version that is not above the one that was applied',
  },
  batch_refused: wrongRecords('The receiver refuses the content of the batch'),

  apply_failed: { status: 500, action: 'retry', title: 'The batch could not be applied' },
  receiver_busy: unavailable('The receiver takes no more batches at once'),
  state_unavailable: unavailable('The state of the receiver is not available'),
} as const satisfies Record<string, Refusal>

// What somebody hung on Object.prototype must not be read from an entry.
for (const refusal of Object.values(REFUSALS)) Object.setPrototypeOf(refusal, null)

/** Why a batch was refused. The list is closed: a new reason is a new code and a new minor version. */
export type SyncRefusalCode = keyof typeof REFUSALS
