import { fetchJson, type FetchSettings, type JsonAnswer } from './fetch-json.js'
import { FetchFailure } from './fetch-failure.js'
import type { Retrieved } from './retrieve.js'

/**
 * Fetches a JWKS (RFC 7517 section 5) through jwks-rsa, which is loaded when it is first needed, over our own
 * bounded exchange.
 */
export async function retrieveJwks(
  url: URL,
  settings: FetchSettings,
  signal: AbortSignal,
): Promise<Retrieved> {
  const { JwksClient } = await import('jwks-rsa')
  let answer: JsonAnswer | undefined
  const client = new JwksClient({
    jwksUri: url.href,
    cache: false,
    rateLimit: false,
    async fetcher() {
      answer = await fetchJson(url, settings, signal)
      if (!Array.isArray(answer.body.keys)) {
        throw new FetchFailure(`${url.origin}${url.pathname} answered without a list called keys`)
      }
      return { keys: answer.body.keys as unknown }
    },
  })
  return { keys: await client.getKeys(), maxAge: answer?.maxAge }
}
