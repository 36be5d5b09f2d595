import type { DigestAlgorithm } from '../envelope/digest.js'
import type { BatchEnvelope, Binding } from '../envelope/envelope.js'
import { SyncError } from '../outcome/sync-error.js'

/** What a transport says of a body. */
export interface ContentDescription {
  readonly type: string | undefined
  readonly encoding: string
  /** Bytes, where the transport knows. */
  readonly length: number | undefined
  /** The digests that the transport carries beside the envelope; over HTTP there must be some. */
  readonly digests: readonly ReadonlyMap<DigestAlgorithm, string>[]
}

/** One message as a transport hands it over. Nothing of it was checked. */
export interface Delivery {
  /** The envelope. @throws AuthError where there is none, or more than one */
  envelope(): string
  /** How the message was addressed. @throws AuthError, SyncError */
  binding(): Binding
  /** @throws SyncError where what the transport says of the body is malformed */
  content(): ContentDescription
  readonly body: AsyncIterable<Uint8Array>
}

/** @throws SyncError `method_mismatch`, `target_mismatch` */
export function checkBinding(signed: Binding, actual: Binding): void {
  if (signed.method !== actual.method) throw new SyncError('method_mismatch')
  if (signed.target !== actual.target) throw new SyncError('target_mismatch')
}

/** @throws SyncError where the transport says something else than was signed */
export function checkContent(signed: BatchEnvelope, actual: ContentDescription): void {
  if (actual.type !== signed.contentType) throw new SyncError('content_type_mismatch')
  if (actual.encoding !== signed.contentEncoding) throw new SyncError('content_encoding_mismatch')
  if (actual.length !== undefined && actual.length !== signed.length) throw new SyncError('length_mismatch')
}

/**
 * Holds the digests of a body against the signed one, and against each that the transport carries.
 *
 * @throws SyncError `content_digest_mismatch`, `digest_mismatch`
 */
export function checkDigests(
  signed: BatchEnvelope,
  { digests }: ContentDescription,
  actual: ReadonlyMap<DigestAlgorithm, string>,
): void {
  for (const carried of digests) {
    for (const [algorithm, digest] of carried) {
      if (actual.get(algorithm) !== digest) throw new SyncError('content_digest_mismatch')
    }
  }
  if (![...actual.values()].includes(signed.digest)) throw new SyncError('digest_mismatch')
}
