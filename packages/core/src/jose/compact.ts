import { AuthError } from '../outcome/auth-error.js'
import { decodeBase64url, decodePaddedBase64url, type Base64urlDecoder } from './base64url.js'
import type { JwsHeader } from './jws-header.js'
import { parseStrictJson } from './strict-json.js'

const MAXIMUM_KEY_ID_LENGTH = 256
const REMEMBERED_HEADERS = 256
const REMEMBERED_HEADER_LENGTH = 1024
/** A content type of JWT or of a kind of JWT (RFC 7515 section 4.1.10, RFC 8725 section 3.11). */
const NESTED_TOKEN = /^(?:application\/)?(?:jwt|[^/]*\+jwt)$/i

/** The parts of a signed token in compact serialisation (RFC 7515 section 7.1), nothing of them proven yet. */
export interface CompactJws {
  readonly header: JwsHeader
  /** The text before the first dot, under which a proven header is remembered. */
  readonly headerSegment: string
  readonly payload: Buffer
  /** What was signed: header and payload as they were sent, canonical base64url and one dot. */
  readonly signingInput: string
  readonly signature: Buffer
}

/** Takes tokens apart; remembers the headers of proven ones, since an issuer writes the same few again and again. */
export interface CompactParser {
  /**
   * @throws AuthError `token_malformed`, `token_too_long` or `critical_header_unsupported`
   */
  parse(token: string): CompactJws
  /** To be called once the signature holds: nobody else can fill the memory. */
  rememberHeader(jws: CompactJws): void
}

/**
 * @param maximumLength characters of the longest token that is looked at
 * @param admitPadding whether a token may be padded, which then must be so throughout
 */
export function createCompactParser(maximumLength: number, admitPadding = false): CompactParser {
  const remembered = new Map<string, JwsHeader>()
  return {
    parse(token) {
      if (typeof token !== 'string') throw new AuthError('token_malformed')
      if (token.length > maximumLength)
        throw new AuthError('token_too_long', { details: { limit: maximumLength } })
      const first = token.indexOf('.')
      const second = token.indexOf('.', first + 1)
      // A third dot lands in the signature, where it is no character of base64url.
      if (first < 1 || second < first + 2 || second === token.length - 1)
        throw new AuthError('token_malformed')
      const decode = admitPadding && token.includes('=') ? decodePaddedBase64url : decodeBase64url
      const headerSegment = token.slice(0, first)
      const header = remembered.get(headerSegment) ?? parseHeader(headerSegment, decode)
      const payload = decode(token.slice(first + 1, second))
      const signature = decode(token.slice(second + 1))
      if (payload === undefined || signature === undefined) throw new AuthError('token_malformed')
      return { header, headerSegment, payload, signingInput: token.slice(0, second), signature }
    },
    rememberHeader({ header, headerSegment }) {
      if (remembered.has(headerSegment) || headerSegment.length > REMEMBERED_HEADER_LENGTH) return
      if (remembered.size >= REMEMBERED_HEADERS) remembered.clear()
      remembered.set(headerSegment, header)
    },
  }
}

function parseHeader(segment: string, decode: Base64urlDecoder): JwsHeader {
  const octets = decode(segment)
  const parsed = octets === undefined ? undefined : parseStrictJson(octets)
  if (parsed === undefined) throw new AuthError('token_malformed')
  // Without a prototype, so that nothing inherited is ever taken for a member.
  const header = Object.freeze(Object.assign(Object.create(null) as Record<string, unknown>, parsed))
  // No extension is supported, so whatever is called critical cannot be understood (RFC 7515 section 4.1.11).
  if (header.crit !== undefined || header.b64 !== undefined)
    throw new AuthError('critical_header_unsupported')
  const { alg, kid, typ, cty, zip } = header
  const sound =
    typeof alg === 'string' &&
    isOptionalString(kid) &&
    isOptionalString(typ) &&
    isOptionalString(cty) &&
    (kid?.length ?? 0) <= MAXIMUM_KEY_ID_LENGTH &&
    // A nested token (RFC 7519 section 5.2) or a compressed one is not what a resource server is sent.
    !NESTED_TOKEN.test(cty ?? '') &&
    zip === undefined
  if (!sound) throw new AuthError('token_malformed')
  return header as JwsHeader
}

/** A member of the wrong type, null among them, is never the same as an absent one. */
function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
