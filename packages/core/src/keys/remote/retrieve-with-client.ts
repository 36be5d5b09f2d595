import { ConfigurationError } from '../../outcome/configuration-error.js'
import { withDeadline } from '../../http/deadline.js'
import { lateFetch } from './fetch-failure.js'
import type { KeysClient } from './remote-options.js'
import type { Retrieve } from './retrieve.js'
import { parseUrl } from '../../options/url.js'

/** What a JwksClient keeps of its own options; jwks-rsa's types do not show it. */
interface ClientOptions {
  readonly jwksUri?: unknown
  readonly getKeysInterceptor?: unknown
}

/**
 * Fetches by the user's own JwksClient. Its interceptor, which `getKeys` leaves out, is asked as well: its keys come
 * first, as in `getSigningKey`. They do for the whole set as long as the endpoint has never answered; once it has, a
 * failure of it is an outage like any other, in which the last good set serves.
 *
 * @throws ConfigurationError when the client is for another address, since one of the two must then be wrong
 */
export function retrieveWithClient(url: URL, client: KeysClient, timeout: number): Retrieve {
  const { jwksUri, getKeysInterceptor: intercept } = optionsOf(client)
  if (typeof jwksUri === 'string' && !isSameAddress(jwksUri, url)) {
    throw new ConfigurationError('client', 'fetches from another jwksUri than remoteJwks() was given')
  }
  if (typeof intercept !== 'function') return async () => ({ keys: await client.getKeys() })

  let hasAnswered = false
  return async (signal) => {
    const given: unknown = await Reflect.apply(intercept, undefined, [])
    const ownKeys: readonly unknown[] = Array.isArray(given) ? given : []
    let fetched: unknown
    try {
      // A part of the time, so that an endpoint that hangs leaves some to use the keys at hand.
      const time = ownKeys.length > 0 ? timeout / 2 : timeout
      fetched = await withDeadline(time, () => client.getKeys(), { signal, error: lateFetch(time) })
    } catch (error) {
      if (hasAnswered || ownKeys.length === 0) throw error
      return { keys: ownKeys, warning: error }
    }
    hasAnswered = true
    return { keys: Array.isArray(fetched) ? merge(ownKeys, fetched) : fetched }
  }
}

function optionsOf(client: KeysClient): ClientOptions {
  const options: unknown = 'options' in client ? client.options : undefined
  return typeof options === 'object' && options !== null ? options : {}
}

function isSameAddress(text: string, url: URL): boolean {
  return parseUrl(text)?.href === url.href
}

function merge(first: readonly unknown[], then: readonly unknown[]): readonly unknown[] {
  const taken = new Set(first.map(keyIdOf))
  return [...first, ...then.filter((key) => keyIdOf(key) === undefined || !taken.has(keyIdOf(key)))]
}

function keyIdOf(key: unknown): unknown {
  return typeof key === 'object' && key !== null && 'kid' in key ? key.kid : undefined
}
