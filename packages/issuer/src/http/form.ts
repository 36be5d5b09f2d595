import { readLimited } from '@portcullis/core/internal'
import { OAuthError } from '../endpoint/oauth-error.js'

const MAXIMUM_BYTES = 65_536
const MAXIMUM_PARAMETERS = 64
const FORM = /^application\/x-www-form-urlencoded\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

/** The parameters of a request, each once. */
export type Form = ReadonlyMap<string, string>

/**
 * Reads a form as RFC 6749 section 3.2 wants it: in the body, of that content type, in UTF-8, no parameter twice, and
 * at most 64 KiB, counted while they arrive. Parameters without a value are left out, as if they were not sent.
 *
 * @throws OAuthError `invalid_request`
 */
export async function readForm(request: Request): Promise<Form> {
  if (new URL(request.url).search !== '') throw malformed('Parameters belong in the body')
  if (!FORM.test(request.headers.get('content-type') ?? '')) {
    throw malformed('The content type must be application/x-www-form-urlencoded')
  }
  if (request.headers.has('content-encoding')) throw malformed('The body must not be compressed')
  const bytes = await readLimited(MAXIMUM_BYTES, request.body)
  if (bytes === undefined) {
    throw new OAuthError('invalid_request', { status: 413, description: 'The body is too large' })
  }
  const text = decode(bytes)
  const form = new Map<string, string>()
  const pairs = text === '' ? [] : text.split('&', MAXIMUM_PARAMETERS + 1)
  if (pairs.length > MAXIMUM_PARAMETERS) throw malformed('There are too many parameters')
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    const name = formDecode(at < 0 ? pair : pair.slice(0, at))
    const value = at < 0 ? '' : formDecode(pair.slice(at + 1))
    if (name === undefined || value === undefined) throw malformed('The body is not a well-formed form')
    if (form.has(name)) throw malformed('A parameter is given twice')
    form.set(name, value)
  }
  return new Map([...form].filter(([, value]) => value !== ''))
}

/** Decodes as RFC 6749 appendix B has it; undefined for what is not well-formed, and for control characters. */
export function formDecode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '))
    return /[\x00-\x1f\x7f]/.test(decoded) ? undefined : decoded
  } catch {
    return undefined
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed('The body is not UTF-8')
  }
}

function malformed(description: string): OAuthError {
  return new OAuthError('invalid_request', { description })
}
