import { visibleText } from '../options/visible-text.js'
import { createCredential, type Credential } from './credential.js'

/**
 * An API key, sent to the token endpoint as `X-API-Key`, as `@portcullis/issuer` takes it. An issuer that wants it in
 * the place of a secret is given `clientSecret(key)`.
 *
 * @throws ConfigurationError
 */
export function apiKey(key: string): Credential {
  const text = visibleText(1024, 'the key')(key, 'apiKey()')
  return createCredential('api_key', (_issuer, client, body, headers) => {
    body.set('client_id', client.client_id)
    headers.set('x-api-key', text)
  })
}
