import { AuthError, authorizationHeader, type AuthRequest } from '@portcullis/core'
import { parseUrl } from '@portcullis/core/internal'
import type { IncomingMessage } from 'node:http'
import { readDigestHeader } from '../envelope/digest.js'
import { SyncError } from '../outcome/sync-error.js'
import type { ContentDescription, Delivery } from '../receiver/delivery.js'

const credentials = authorizationHeader()

/**
 * What a request of HTTP brings.
 *
 * @param addressOf the URL as the sender addressed it
 */
export function nodeDelivery(
  message: IncomingMessage,
  request: AuthRequest,
  addressOf: (request: AuthRequest) => string,
): Delivery {
  return {
    envelope: () => envelopeOf(request),
    binding: () => ({ method: request.method, target: targetOf(addressOf(request)) }),
    content: () => contentOf(request),
    // A body that is left half read must leave the connection open for the answer.
    body: { [Symbol.asyncIterator]: () => message.iterator({ destroyOnReturn: false }) },
  }
}

/** An envelope is no credential that a key is held for: DPoP has no place here. */
function envelopeOf(request: AuthRequest): string {
  const found = credentials.find(request)
  if (typeof found === 'object' && 'scheme' in found && found.scheme === 'Bearer') return found.token
  throw new AuthError('credentials_missing')
}

/** One spelling of a URL, as the sender has signed it. */
function targetOf(address: string): string {
  const url = parseUrl(address)
  if (url === undefined) throw new SyncError('target_mismatch')
  return url.href
}

/** @throws SyncError where a header is repeated, or a digest is missing or malformed */
function contentOf(request: AuthRequest): ContentDescription {
  const digest = single(request, 'content-digest')
  if (digest === undefined) throw new SyncError('content_digest_missing')
  // Of a whole body, sent as it is, the representation and the content are the same bytes (RFC 9530 appendix A).
  const others = [single(request, 'repr-digest')].filter((value) => value !== undefined)
  const length = single(request, 'content-length')
  return {
    type: single(request, 'content-type'),
    encoding: single(request, 'content-encoding') ?? 'identity',
    length: length === undefined ? undefined : Number(length),
    digests: [digest, ...others].map(readDigestHeader),
  }
}

function single(request: AuthRequest, name: string): string | undefined {
  const [value, ...more] = request.header(name)
  if (more.length > 0) throw new SyncError('header_repeated', { member: name })
  return value
}
