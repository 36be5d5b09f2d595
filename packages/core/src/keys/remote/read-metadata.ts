import { readSecureUrl } from '../../options/url.js'
import { FetchFailure } from './fetch-failure.js'
import type { JsonAnswer } from './fetch-json.js'
import { metadataUrls } from './metadata-urls.js'

/** An issuer whose metadata are read. */
export interface MetadataIssuer {
  /** Exactly as the metadata must have it. */
  readonly issuer: string
  readonly url: URL
  readonly allowInsecureHttp: boolean
}

/** Reads the address of the keys from the issuer's metadata. */
export type MetadataReader = (fetch: (url: URL) => Promise<JsonAnswer>) => Promise<URL>

/**
 * Tries each place until one answers with a JSON object, and begins with that one the next time.
 *
 * @returns a function that throws FetchFailure when no place has metadata, or when they are of another issuer
 *   (RFC 8414 section 3.3) or name no secure address of keys; and the error of the connection when there was none
 */
export function createMetadataReader(issuer: MetadataIssuer): MetadataReader {
  let places = metadataUrls(issuer.url)

  return async (fetch) => {
    const problems: string[] = []
    for (const place of places) {
      try {
        const { body } = await fetch(place)
        places = [place, ...places.filter((other) => other !== place)]
        return jwksUriOf(body, issuer)
      } catch (error) {
        if (!(error instanceof FetchFailure && error.answered)) throw error
        problems.push(error.message)
      }
    }
    throw new FetchFailure(`no metadata: ${problems.join('; ')}`, { answered: true })
  }
}

function jwksUriOf(metadata: Readonly<Record<string, unknown>>, issuer: MetadataIssuer): URL {
  const own = (name: string) => (Object.hasOwn(metadata, name) ? metadata[name] : undefined)
  if (own('issuer') !== issuer.issuer) {
    throw new FetchFailure(
      `the metadata of ${issuer.issuer} name another issuer; compare it to the letter, trailing slash included`,
    )
  }
  const jwksUri = own('jwks_uri')
  if (typeof jwksUri !== 'string') throw new FetchFailure(`the metadata of ${issuer.issuer} name no jwks_uri`)
  const insecure = new FetchFailure(
    `the metadata of ${issuer.issuer} name a jwks_uri that is no absolute https URL`,
  )
  let url: URL
  try {
    url = readSecureUrl(jwksUri, 'jwks_uri', issuer.allowInsecureHttp)
  } catch {
    throw insecure
  }
  const isDowngrade = url.protocol === 'http:' && issuer.url.protocol === 'https:'
  if (isDowngrade && !issuer.allowInsecureHttp) throw insecure
  return url
}
