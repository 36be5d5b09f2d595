import { readLimited } from '@portcullis/core/internal'
import { ClientError, type ClientErrorCode } from '../client-error.js'

/** How requests are sent; Node's `fetch`, or another of its form that goes through a proxy. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** An answer that is JSON and within the limits; what it says is not looked at yet. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Without prototype: what is not the answer's own is not there. Undefined where an error came without JSON. */
  readonly body: Readonly<Record<string, unknown>> | undefined
}

export interface ExchangeSettings {
  readonly fetch: Fetch
  /** Seconds for the whole exchange, the body included. */
  readonly timeout: number
}

export type Exchange = (url: string, init: RequestInit) => Promise<Answer>

export const MAXIMUM_RESPONSE_BYTES = 64 * 1024
const JSON_TYPE = /^application\/json\s*(?:;|$)/i
const ERROR_CODE = /^[A-Z][A-Z0-9_]{1,60}$/
/** What the errors are called, and which statuses beside 200 are answers; one of these may come without JSON. */
export interface ExchangeKind {
  readonly code: ClientErrorCode
  readonly answers: readonly number[]
}

/**
 * Sends one request and takes its answer within limits: at most 64 KiB, no redirects, a JSON object for status 200.
 */
export function createExchange(settings: ExchangeSettings, { code, answers }: ExchangeKind): Exchange {
  return async (url, init) => {
    const { origin, pathname } = new URL(url)
    const failure = (detail: string, retryAfter?: number) =>
      new ClientError(code, { detail: `${origin}${pathname} ${detail}`, retryAfter })
    const signal = AbortSignal.timeout(settings.timeout * 1000)
    const request = { ...init, redirect: 'manual', signal } as const
    const sent = sendAndRead(() => settings.fetch(url, request), answers, failure)
    // A fetch of the user's may not heed its signal.
    sent.catch(() => undefined)
    try {
      return await Promise.race([sent, ended(signal)])
    } catch (error) {
      if (error instanceof ClientError) throw error
      throw failure(
        signal.aborted ? `did not answer within ${settings.timeout} s` : `failed${connectionError(error)}`,
      )
    }
  }
}

async function sendAndRead(
  send: () => Promise<Response>,
  answers: readonly number[],
  failure: (detail: string, retryAfter?: number) => ClientError,
): Promise<Answer> {
  const response = await send()
  const { status, headers } = response
  const retryAfter = /^\d{1,5}$/.exec(headers.get('retry-after') ?? '')?.[0]
  const refuse = async (detail: string) => {
    await response.body?.cancel()
    return failure(detail, retryAfter === undefined ? undefined : Number(retryAfter))
  }
  if (status >= 300 && status < 400) throw await refuse('answered with a redirect, which is not followed')
  if (status !== 200 && !answers.includes(status)) throw await refuse(`answered with status ${status}`)
  if (!JSON_TYPE.test(headers.get('content-type') ?? '')) {
    if (status === 200) throw await refuse('answered with a content type other than application/json')
    await response.body?.cancel()
    return { status, headers, body: undefined }
  }
  const bytes = await readLimited(MAXIMUM_RESPONSE_BYTES, response.body)
  if (bytes === undefined) throw failure(`answered with more than ${MAXIMUM_RESPONSE_BYTES} bytes`)
  const body = parseObject(bytes)
  if (body === undefined) throw failure('answered with something other than a JSON object')
  return { status, headers, body }
}

function parseObject(bytes: Uint8Array): Answer['body'] {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.assign(Object.create(null) as Record<string, unknown>, value)
  } catch {
    return undefined
  }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })
}

/** Node's fetch says `fetch failed`, and keeps the error of the connection beneath; of it, only the code is safe. */
function connectionError(error: unknown): string {
  const { cause = error } = (error ?? {}) as { readonly cause?: unknown }
  const { code } = (cause ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' && ERROR_CODE.test(code) ? ` with ${code}` : ''
}
