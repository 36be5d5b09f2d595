import { SyncError } from '../outcome/sync-error.js'
import { isStreamName } from '../options/stream-name.js'
import { algorithmOf, NO_BATCH } from './digest.js'
import {
  CONTENT_ENCODINGS,
  type BatchEnvelope,
  type Binding,
  type ContentEncoding,
  type Envelope,
  type Sender,
} from './envelope.js'

/** What a sender decides of an envelope; who, when and for whom are the signer's to add. */
export type EnvelopeStatement =
  | ({ readonly kind: 'cursor' } & Pick<Envelope, 'stream'> & Binding)
  | Omit<BatchEnvelope, 'sender' | 'id' | 'issuedAt'>

/** The claims of an envelope, beside the registered ones; `htm` and `htu` as RFC 9449 section 4.2 has them. */
export function claimsOf(statement: EnvelopeStatement): Readonly<Record<string, string | number>> {
  const { kind, stream, method, target } = statement
  const message = { kind, stream, htm: method, htu: target }
  if (statement.kind === 'cursor') return message
  const { first, last, digest, previous, length, contentType, contentEncoding, schema } = statement
  return {
    ...message,
    first,
    last,
    digest,
    previous,
    length,
    content_type: contentType,
    content_encoding: contentEncoding,
    schema,
  }
}

type Claims = Readonly<Record<string, unknown>>
type Check<T> = (value: unknown) => value is T

const isText: Check<string> = (value): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 2048
const isCount: Check<number> = (value): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1
const isLength: Check<number> = (value): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0
const isDigest: Check<string> = (value): value is string =>
  typeof value === 'string' && algorithmOf(value) !== undefined
const isPrevious: Check<string> = (value): value is string => value === NO_BATCH || isDigest(value)
const isEncoding: Check<ContentEncoding> = (value): value is ContentEncoding =>
  CONTENT_ENCODINGS.some((encoding) => encoding === value)

/**
 * Reads the claims of a token whose signature, audience and times were checked.
 *
 * @throws SyncError `envelope_incomplete` where a claim is missing, `envelope_invalid` where one is wrong
 */
export function readEnvelope(claims: Claims, sender: Sender): Envelope {
  const message = {
    sender,
    id: claim(claims, 'jti', isText),
    issuedAt: claims.iat as number,
    stream: claim(claims, 'stream', isStreamName),
    method: claim(claims, 'htm', isText),
    target: claim(claims, 'htu', isText),
  }
  const kind = claim(claims, 'kind', isText)
  if (kind === 'cursor') return Object.freeze({ kind, ...message })
  if (kind !== 'batch') throw invalid('kind')
  const envelope: BatchEnvelope = {
    kind,
    ...message,
    first: claim(claims, 'first', isCount),
    last: claim(claims, 'last', isCount),
    digest: claim(claims, 'digest', isDigest),
    previous: claim(claims, 'previous', isPrevious),
    length: claim(claims, 'length', isLength),
    contentType: claim(claims, 'content_type', isText),
    contentEncoding: claim(claims, 'content_encoding', isEncoding),
    schema: claim(claims, 'schema', isCount),
  }
  if (envelope.last < envelope.first) throw invalid('last')
  if ((envelope.first === 1) !== (envelope.previous === NO_BATCH)) throw invalid('previous')
  return Object.freeze(envelope)
}

function claim<T>(claims: Claims, name: string, check: Check<T>): T {
  if (!Object.hasOwn(claims, name)) throw new SyncError('envelope_incomplete', { member: name })
  const value = claims[name]
  if (!check(value)) throw invalid(name)
  return value
}

const invalid = (member: string) => new SyncError('envelope_invalid', { member })
