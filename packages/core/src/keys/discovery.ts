import { ConfigurationError } from '../outcome/configuration-error.js'
import { readSecureUrl } from '../options/url.js'
import { createRemoteKeys } from './remote/create-remote-keys.js'
import type { RemoteKeys } from './remote/remote-keys.js'
import { readRemoteOptions, type RemoteJwksOptions } from './remote/remote-options.js'
import { retrieveByDiscovery } from './remote/retrieve-by-discovery.js'

/** The options of {@link remoteJwks}, without a client of one's own: it could not follow what the metadata say. */
export type DiscoverKeysOptions = Omit<RemoteJwksOptions, 'client'>

/**
 * Public keys of an issuer, found through its metadata (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3),
 * whose `issuer` must equal the given one exactly. Fetched when they are first needed; refresh, limits and outages as
 * with {@link remoteJwks}, for the metadata as well as for the keys.
 *
 * @param issuer https, or http on loopback, without a query
 * @throws ConfigurationError when an option is wrong or unknown, or the issuer is not secure
 */
export function discoverKeys(issuer: string, options: DiscoverKeysOptions = {}): RemoteKeys {
  const settings = readRemoteOptions('discoverKeys()', options)
  if (settings.client !== undefined) {
    throw new ConfigurationError('client', 'is for remoteJwks(); here, use requestAgent and requestHeaders')
  }
  const url = readSecureUrl(issuer, 'discoverKeys()', settings.allowInsecureHttp)
  if (url.search !== '') throw new ConfigurationError('discoverKeys()', 'has a query (?...) in it; remove it')
  return createRemoteKeys({ source: issuer, settings, retrieve: retrieveByDiscovery(issuer, url, settings) })
}
