import type { AuthError } from '@portcullis/core'
import type { SessionError } from '../session-error.js'

/** The answer to a refused request, as JSON (RFC 9457). */
export function refusal(error: AuthError | SessionError): Response {
  const headers = new Headers({ 'Content-Type': 'application/problem+json' })
  for (const [name, values] of Object.entries(error.headers)) {
    for (const value of [values].flat()) headers.append(name, value)
  }
  return new Response(JSON.stringify(error), { status: error.status, headers })
}
