import { AuthError, type Auth, type RevocationStore } from '@portcullis/core'
import type { Places, ServiceName } from './places.js'

/** What each service is told: whom to trust, and where everything is. */
export interface ServiceOptions {
  readonly issuer: string
  readonly places: Places
  /** Who has signed out; shared with the service that signs people in. */
  readonly revocation: RevocationStore
}

/** What the page shows of the token that it cannot see. */
export function whoIs({ subject, roles, scopes, expiresAt }: Auth) {
  return { subject, roles, scopes, expiresIn: Math.max(0, expiresAt - Date.now() / 1000) }
}

const MENDED_BY_RENEWAL: ReadonlySet<string> = new Set([
  'credentials_missing',
  'token_expired',
  'token_revoked',
])

/**
 * Where to send a browser that opens a page without a good token: to the refresh route, which brings it back or lets
 * people sign in. Undefined for scripts, and for what a new token would not mend.
 */
export function whereToRenew(
  error: unknown,
  asked: { readonly method: string; readonly url: string; readonly accept: string },
  name: ServiceName,
  { id, services }: Places,
): string | undefined {
  const isPage = asked.method === 'GET' && asked.accept.includes('text/html')
  if (!isPage || !(error instanceof AuthError) || !MENDED_BY_RENEWAL.has(error.code)) return undefined
  return `${id}/session?return_to=${encodeURIComponent(services[name] + asked.url)}`
}
