import { describeFailure, FetchFailure } from '../keys/remote/fetch-failure.js'
import { readLimited } from '../http/read-limited.js'

const MAXIMUM_RESPONSE_BYTES = 64 * 1024
const JSON_TYPE = /^application\/json\s*(?:;|$)/i
/** What an administrator most likely has to look at. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [401, '; look at clientId and clientSecret'],
  [403, '; this client may not introspect tokens'],
  [404, '; look at endpoint'],
])

/**
 * Makes a fetch that answers with status 200 and JSON or not at all: at most 64 KiB, no redirects. Among the media
 * types that are refused is the signed answer of RFC 9701, whose signature nobody here would check.
 *
 * @param name of what is asked, for messages
 * @param seconds for the whole exchange, the body included
 * @returns a function that rejects with FetchFailure; the message has nothing of the answer
 */
export function createBoundedFetch(
  name: string,
  seconds: number,
): (url: string, options: RequestInit) => Promise<Response> {
  const failure = (message: string) => new FetchFailure(`${name} ${message}`)

  const exchange = async (url: string, options: RequestInit, signal: AbortSignal): Promise<Response> => {
    const response = await fetch(url, { ...options, redirect: 'manual', signal })
    const refusal = refusalOf(response)
    if (refusal !== undefined) {
      await response.body?.cancel()
      throw failure(refusal)
    }
    const body = await readLimited(MAXIMUM_RESPONSE_BYTES, response.body)
    if (body === undefined) throw failure(`answered with more than ${MAXIMUM_RESPONSE_BYTES} bytes`)
    return new Response(body, { status: response.status, headers: { 'Content-Type': 'application/json' } })
  }

  return async (url, options) => {
    const signal = AbortSignal.timeout(seconds * 1000)
    try {
      return await exchange(url, options, signal)
    } catch (error) {
      if (error instanceof FetchFailure) throw error
      if (signal.aborted) throw failure(`did not answer within ${seconds} s`)
      throw failure(describeFailure(reasonOf(error)))
    }
  }
}

function refusalOf({ status, headers }: Response): string | undefined {
  if (status >= 300 && status < 400) return 'answered with a redirect, which is not followed'
  if (status !== 200) return `answered with status ${status}${ADVICE.get(status) ?? ''}`
  if (JSON_TYPE.test(headers.get('Content-Type') ?? '')) return undefined
  return 'answered with a content type other than application/json'
}

/** Node's fetch says `fetch failed`, and keeps the error of the connection beneath. */
function reasonOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? (error.cause ?? error) : error
}
