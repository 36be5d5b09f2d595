import type { ServerResponse } from 'node:http'
import { AuthError } from '@portcullis/core'
import type { Next } from './handler.js'

/** Error handler that answers an AuthError with JSON (RFC 9457) and passes on every other error. */
export function problemDetails() {
  return (error: unknown, _request: object, response: ServerResponse, next: Next): void => {
    if (!(error instanceof AuthError) || response.headersSent) {
      next(error)
      return
    }
    const headers = { ...error.headers, 'Content-Type': 'application/problem+json' }
    response.writeHead(error.status, headers).end(JSON.stringify(error))
  }
}
