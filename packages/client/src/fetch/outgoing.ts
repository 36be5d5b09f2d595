import { ClientError } from '../client-error.js'

/** A request as it is going to be sent, but for the token. */
export interface Outgoing {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: RequestInit['body'] | undefined
  /** Whether the body is still there when it has been sent once. */
  readonly isRepeatable: boolean
  readonly signal: AbortSignal | undefined
  readonly redirect: RequestInit['redirect']
  /** What else the caller wrote, for the fetch beneath. */
  readonly rest: RequestInit
}

/** What `fetch` takes. */
export type FetchInput = string | URL | Request

/** The headers that are the library's own. */
const OWN = ['authorization', 'dpop']

/** @throws ClientError `request_invalid` for a request that brings credentials of its own */
export function readOutgoing(input: FetchInput, init: RequestInit = {}): Outgoing {
  const { method, headers: given, body, signal, redirect, ...rest } = init
  const request = typeof input === 'string' || 'href' in input ? undefined : input
  const address = typeof input === 'string' ? input : 'href' in input ? input.href : input.url
  const headers = new Headers(given ?? request?.headers)
  if (OWN.some((name) => headers.has(name))) {
    throw new ClientError('request_invalid', { detail: 'it has an authorization or dpop header of its own' })
  }
  const isOfRequest = body === undefined && request?.body != null
  return {
    url: address,
    method: (method ?? request?.method ?? 'GET').toUpperCase(),
    headers,
    body: body ?? request?.body,
    isRepeatable: !isOfRequest && isRepeatable(body),
    signal: signal ?? request?.signal,
    redirect: redirect ?? request?.redirect,
    rest,
  }
}

/** Everything but streams and iterables, which are used up. */
function isRepeatable(body: unknown): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  )
}

/** What is given to the fetch beneath. */
export function toInit(outgoing: Outgoing, token: Readonly<Record<string, string>>): RequestInit {
  const { rest, method, headers, body, isRepeatable, signal } = outgoing
  const carrying = new Headers(headers)
  for (const [name, value] of Object.entries(token)) carrying.set(name, value)
  return {
    ...rest,
    method,
    headers: carrying,
    redirect: 'manual',
    ...(body === undefined || body === null ? {} : { body }),
    ...(isRepeatable ? {} : { duplex: 'half' as const }),
    ...(signal === undefined ? {} : { signal }),
  }
}
