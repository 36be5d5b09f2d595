import { OAuthError } from '../endpoint/oauth-error.js'
import { formDecode, type Form } from '../http/form.js'

/** What a client brought to prove itself; nothing of it is checked yet. */
export type PresentedCredential =
  | { readonly method: 'client_secret'; readonly clientId: string; readonly secret: string }
  | { readonly method: 'private_key_jwt'; readonly clientId: string; readonly assertion: string }
  | { readonly method: 'api_key'; readonly clientId: string | undefined; readonly apiKey: string }
  | { readonly method: 'none'; readonly clientId: string }

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i

/**
 * Finds the one credential of a request (RFC 6749 section 2.3: never two).
 *
 * @throws OAuthError `invalid_request` for two credentials or two client ids, `invalid_client` for none
 */
export function presentedCredential(request: Request, form: Form): PresentedCredential {
  const authorization = request.headers.get('authorization')
  const apiKey = request.headers.get('x-api-key')
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  const presented = [authorization, apiKey, secret, assertion].filter((each) => each != null)
  if (presented.length > 1) {
    throw new OAuthError('invalid_request', { description: 'The client authenticates in more than one way' })
  }
  const bodyId = form.get('client_id')
  if (authorization !== null) return basicCredential(authorization, bodyId)
  if (apiKey !== null) return { method: 'api_key', clientId: bodyId, apiKey }
  if (assertion !== undefined) {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
      throw new OAuthError('invalid_request', { description: 'The client_assertion_type is not supported' })
    }
    return { method: 'private_key_jwt', clientId: sameId(claimedSubject(assertion), bodyId), assertion }
  }
  if (bodyId === undefined) throw new OAuthError('invalid_client')
  return secret === undefined
    ? { method: 'none', clientId: bodyId }
    : { method: 'client_secret', clientId: bodyId, secret }
}

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are put together. */
function basicCredential(authorization: string, bodyId: string | undefined): PresentedCredential {
  const encoded = BASIC.exec(authorization)?.[1]
  const bytes = Buffer.from(encoded ?? '', 'base64')
  const text = bytes.toString('latin1')
  const at = text.indexOf(':')
  const clientId = at < 1 ? undefined : formDecode(text.slice(0, at))
  const secret = at < 1 ? undefined : formDecode(text.slice(at + 1))
  const isCanonical = bytes.toString('base64').replace(/=+$/, '') === encoded?.replace(/=+$/, '')
  if (!isCanonical || clientId === undefined || secret === undefined || secret === '') {
    throw new OAuthError('invalid_client')
  }
  return { method: 'client_secret', clientId: sameId(clientId, bodyId), secret }
}

function sameId(clientId: string, bodyId: string | undefined): string {
  if (bodyId === undefined || bodyId === clientId) return clientId
  throw new OAuthError('invalid_request', { description: 'The client_id is not that of the credential' })
}

/** Whom the assertion says it is from; proven by nothing yet. */
function claimedSubject(assertion: string): string {
  try {
    const payload = Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()
    const { sub } = JSON.parse(payload) as { readonly sub?: unknown }
    if (typeof sub === 'string' && sub !== '') return sub
  } catch {
    // Answered below, as everything that is no assertion.
  }
  throw new OAuthError('invalid_client')
}
