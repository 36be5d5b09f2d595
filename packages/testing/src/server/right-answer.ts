import { types } from 'node:util'
import type { Answer } from './answers.js'
import type { ServedDocument } from './documents.js'
import type { Fault } from './fault.js'

const json = (body: object) => Buffer.from(JSON.stringify(body))
const JSON_TYPE = { 'content-type': 'application/json' }

const NOT_FOUND: Answer = { status: 404, headers: JSON_TYPE, body: json({ error: 'not_found' }) }

export const METHOD_NOT_ALLOWED: Answer = {
  status: 405,
  headers: { ...JSON_TYPE, allow: 'GET' },
  body: json({ error: 'method_not_allowed' }),
}

/** What is sent unless its way goes wrong: the document, with whatever the fault changes in it. */
export function rightAnswer(
  document: ServedDocument | undefined,
  fault: Fault,
  cacheControl: string | undefined,
): Answer {
  const { redirect, status = redirect === undefined ? 200 : 302 } = fault
  const body = bodyOf(document, fault, status)
  if (body === undefined) return NOT_FOUND
  const isKeySet = document?.kind === 'jwks' && status < 300
  const headers = {
    'content-type': isKeySet ? 'application/jwk-set+json' : 'application/json',
    ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
    ...(redirect === undefined ? {} : { location: redirect }),
    ...lowerCased(fault.headers ?? {}),
  }
  return { status, headers, body }
}

function bodyOf(document: ServedDocument | undefined, { body }: Fault, status: number): Buffer | undefined {
  if (typeof body === 'string' || types.isUint8Array(body)) return Buffer.from(body)
  if (body !== undefined) return json(body)
  if (status >= 400) return json({ error: status >= 500 ? 'server_error' : 'invalid_request' })
  if (status >= 300) return Buffer.alloc(0)
  return document === undefined ? undefined : json(document.read())
}

/** So that a field of the fault replaces one of the answer, however it is written. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
