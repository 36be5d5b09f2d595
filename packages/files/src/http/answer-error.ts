import { AuthError } from '@portcullis/core'
import type { ServerResponse } from 'node:http'
import { FileError } from '../outcome/file-error.js'
import { PROTECTION } from './download-headers.js'

/** Answers a refusal with JSON (RFC 9457). Once bytes have gone out, all that is left is to break off. */
export function answerError(response: ServerResponse, thrown: unknown, isHead: boolean): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const error =
    thrown instanceof FileError || thrown instanceof AuthError
      ? thrown
      : new FileError('storage_unavailable', { cause: thrown })
  const body = JSON.stringify(error)
  response.writeHead(error.status, {
    ...PROTECTION,
    ...error.headers,
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(isHead ? undefined : body)
}
