import { withDeadline } from '../../http/deadline.js'
import { createElapsedTime } from './elapsed-time.js'
import { fetchJson } from './fetch-json.js'
import { lateFetch } from './fetch-failure.js'
import { createMetadataReader } from './read-metadata.js'
import type { RemoteSettings } from './remote-options.js'
import { retrieveJwks } from './retrieve-jwks.js'
import type { Retrieve } from './retrieve.js'

/**
 * Finds the keys' address in the issuer's metadata, then fetches the keys. The metadata are read again with every
 * other refresh or so, and after keys could not be had from where they say, so that a new address is followed. When
 * only the metadata fail, the known address serves on, up to the stale limit.
 */
export function retrieveByDiscovery(issuer: string, url: URL, settings: RemoteSettings): Retrieve {
  const { ageLimit, staleLimit, timeout, allowInsecureHttp } = settings
  const time = createElapsedTime(settings.clock)
  const readMetadata = createMetadataReader({ issuer, url, allowInsecureHttp })
  let known: { readonly jwksUri: URL; readonly readAt: number } | undefined
  let isSuspect = false

  const locate = async (
    signal: AbortSignal,
  ): Promise<{ readonly jwksUri: URL; readonly warning?: unknown }> => {
    const now = time()
    if (known !== undefined && !isSuspect && now - known.readAt < ageLimit / 2) return known
    // Where an address is known, half of the time, so that metadata that hang leave some to fetch the keys.
    const seconds = known === undefined ? timeout : timeout / 2
    try {
      const jwksUri = await withDeadline(
        seconds,
        (inTime) => readMetadata((place) => fetchJson(place, settings, inTime)),
        { signal, error: lateFetch(seconds) },
      )
      known = { jwksUri, readAt: now }
      return known
    } catch (warning) {
      if (signal.aborted || known === undefined || now - known.readAt >= staleLimit) throw warning
      return { jwksUri: known.jwksUri, warning }
    }
  }

  return async (signal) => {
    const { jwksUri, warning } = await locate(signal)
    const isElsewhere = jwksUri.origin !== url.origin
    try {
      const retrieved = await retrieveJwks(
        jwksUri,
        isElsewhere ? { ...settings, requestHeaders: {} } : settings,
        signal,
      )
      isSuspect = false
      return { ...retrieved, warning }
    } catch (error) {
      isSuspect = true
      throw error
    }
  }
}
