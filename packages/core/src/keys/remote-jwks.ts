import { readSecureUrl } from '../options/url.js'
import { createRemoteKeys } from './remote/create-remote-keys.js'
import type { RemoteKeys } from './remote/remote-keys.js'
import { readRemoteOptions, type RemoteJwksOptions } from './remote/remote-options.js'
import { retrieveJwks } from './remote/retrieve-jwks.js'
import { retrieveWithClient } from './remote/retrieve-with-client.js'

/**
 * Public keys from a JWKS (RFC 7517 section 5) at an https address, fetched when they are first needed.
 *
 * They are refreshed in the background from 80 % of the age limit of 10 minutes, and serve on for up to 24 hours
 * while the endpoint fails. An unknown key id is looked up at once, or under a flood of them every 30 seconds. What
 * is fetched is limited to 5 seconds, 512 KiB and 100 keys; redirects are refused. Keys that must not verify anything
 * are left out; `status()` and the diagnostics channel `portcullis:keys` say which, and why.
 *
 * @param uri https, or http on loopback
 * @throws ConfigurationError when an option is wrong or unknown, or the address is not secure
 */
export function remoteJwks(uri: string, options: RemoteJwksOptions = {}): RemoteKeys {
  const settings = readRemoteOptions('remoteJwks()', options)
  const { client } = settings
  const url = readSecureUrl(uri, 'remoteJwks()', settings.allowInsecureHttp)
  return createRemoteKeys({
    source: url.href,
    settings,
    retrieve:
      client === undefined
        ? (signal) => retrieveJwks(url, settings, signal)
        : retrieveWithClient(url, client, settings.timeout),
  })
}
