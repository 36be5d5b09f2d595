import type { KeySource } from './key-source.js'
import { createKeySet } from './key-set.js'
import { cachedKeys } from './remote-jwks.js'

/** First form: OpenID Connect Discovery, then the JWKS it names. */
export function discoverKeys(issuer: string): KeySource {
  return cachedKeys(async () => {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
    })
    const metadata = (await response.json()) as { issuer: string; jwks_uri: string }
    if (metadata.issuer !== issuer) throw new Error('the metadata are of another issuer')
    const jwks: unknown = await (await fetch(metadata.jwks_uri, { redirect: 'error' })).json()
    return createKeySet(jwks, 100)
  })
}
