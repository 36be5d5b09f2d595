import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { parseStrictJson } from '../../jose/strict-json.js'
import { readLimited } from '../../http/read-limited.js'
import { FetchFailure } from './fetch-failure.js'
import { maxAgeOf } from './max-age.js'

/** How to ask, and how much of an answer to take. */
export interface FetchSettings {
  readonly maxResponseBytes: number
  readonly requestAgent: Agent | undefined
  readonly requestHeaders: Readonly<Record<string, string>>
}

/** A JSON object, frozen, and what may be remembered of it for how long. */
export interface JsonAnswer {
  readonly body: Readonly<Record<string, unknown>>
  /** Seconds of `Cache-Control: max-age`. */
  readonly maxAge: number | undefined
}

const JSON_TYPE = /^application\/(?:jwk-set\+)?json\s*(?:;|$)/i

/**
 * Gets one JSON object: status 200 and a JSON media type, uncompressed, within the size limit, no duplicate
 * members. Redirects are not followed, and the connection is not kept.
 *
 * @param signal ends the exchange at any point; it is the only limit in time
 * @throws FetchFailure for every answer but that; the error of the connection when there was none
 */
export async function fetchJson(url: URL, settings: FetchSettings, signal: AbortSignal): Promise<JsonAnswer> {
  const response = await send(url, settings, signal)
  const refuse = (message: string) =>
    new FetchFailure(`${url.origin}${url.pathname} ${message}`, { answered: true })
  try {
    const { statusCode = 0, headers } = response
    if (statusCode >= 300 && statusCode < 400) throw refuse('answered with a redirect, which is not followed')
    if (statusCode !== 200) throw refuse(`answered with status ${statusCode}`)
    if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
      throw refuse('answered with a content type other than application/json and application/jwk-set+json')
    }
    if (!['', 'identity'].includes(headers['content-encoding'] ?? '')) {
      throw refuse('answered with a compressed body, which was not asked for')
    }
    const announced = Number(headers['content-length'] ?? 0)
    const octets =
      announced > settings.maxResponseBytes
        ? undefined
        : await readLimited(settings.maxResponseBytes, response as AsyncIterable<Buffer>)
    if (octets === undefined) throw refuse(`answered with more than ${settings.maxResponseBytes} bytes`)
    const body = parseStrictJson(octets)
    if (body === undefined) throw refuse('answered with something other than one sound JSON object')
    return { body, maxAge: maxAgeOf(headers['cache-control']) }
  } finally {
    response.destroy()
  }
}

function send(
  url: URL,
  { requestAgent, requestHeaders }: FetchSettings,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    request(
      url,
      {
        signal,
        agent: requestAgent,
        headers: {
          'user-agent': 'portcullis',
          ...requestHeaders,
          accept: 'application/jwk-set+json, application/json',
          'accept-encoding': 'identity',
          // The next fetch is minutes away: a connection that is kept until then serves nobody.
          connection: 'close',
        },
      },
      resolve,
    )
      .on('error', reject)
      .end()
  })
}
