import type { JwksClient } from 'jwks-rsa'
import { readSecureUrl } from '../options/url.js'
import { createKeySet, type KeySet } from './key-set.js'
import type { KeySource } from './key-source.js'

/** First form: one fetch for all who wait, kept for ten minutes. */
export function remoteJwks(uri: string): KeySource {
  const url = readSecureUrl(uri, 'remoteJwks()', false)
  return cachedKeys(async () => {
    const { JwksClient } = await import('jwks-rsa')
    const client: JwksClient = new JwksClient({
      jwksUri: url.href,
      cache: false,
      rateLimit: false,
      timeout: 5000,
    })
    return createKeySet({ keys: await client.getKeys() }, 100)
  })
}

export function cachedKeys(fetchKeys: () => Promise<KeySet>): KeySource {
  let fetched: { readonly set: KeySet; readonly at: number } | undefined
  let pending: Promise<KeySet> | undefined
  const refresh = () =>
    (pending ??= fetchKeys()
      .then((set) => {
        fetched = { set, at: Date.now() }
        return set
      })
      .finally(() => {
        pending = undefined
      }))
  return {
    async find(header) {
      const known = fetched !== undefined && Date.now() - fetched.at < 600_000 ? fetched.set : await refresh()
      return known.select(header)
    },
  }
}
