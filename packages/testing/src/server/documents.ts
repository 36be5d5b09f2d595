import { moveIssuer } from '../issuer/address.js'

/** What the server needs to know of an issuer; a test issuer, or an object of one's own. */
export interface ServedIssuer {
  readonly url: string
  jwks(): object
}

/** The kinds of document: the keys, and the metadata of OpenID Connect Discovery and of RFC 8414. */
export type DocumentKind = 'jwks' | 'openid' | 'oauth'

export interface ServedDocument {
  readonly kind: DocumentKind
  readonly path: string
  /** Made at each request, since keys rotate. */
  readonly read: () => object
}

/** Which documents there are, by path. */
export interface Documents {
  readonly add: (issuer: ServedIssuer) => void
  readonly find: (path: string) => ServedDocument | undefined
  /** @throws RangeError for an issuer that is not served */
  readonly jwksUri: (issuer?: ServedIssuer) => string
}

/**
 * @param origin where the server is, without a slash at the end
 * @param metadata which metadata documents exist
 */
export function createDocuments(origin: string, metadata: readonly DocumentKind[]): Documents {
  const byPath = new Map<string, ServedDocument>()
  const places = new Map<ServedIssuer, string>()

  const add = (issuer: ServedIssuer): void => {
    if (places.has(issuer)) return
    moveIssuer(issuer, places.size === 0 ? origin : `${origin}/issuer-${places.size + 1}`)
    const place = placeOf(issuer.url, origin) ?? (places.size === 0 ? '' : `/issuer-${places.size + 1}`)
    places.set(issuer, place)
    const read = () => metadataOf(issuer, `${origin}${place}/jwks`)
    const documents: readonly ServedDocument[] = [
      { kind: 'jwks', path: `${place}/jwks`, read: () => issuer.jwks() },
      { kind: 'openid', path: `${place}/.well-known/openid-configuration`, read },
      { kind: 'oauth', path: `/.well-known/oauth-authorization-server${place}`, read },
    ]
    for (const document of documents) {
      if (document.kind === 'jwks' || metadata.includes(document.kind)) byPath.set(document.path, document)
    }
  }

  return {
    add,
    find: (path) => byPath.get(path),
    jwksUri(issuer = [...places.keys()][0]) {
      const place = issuer === undefined ? undefined : places.get(issuer)
      if (place === undefined) throw new RangeError('The JWKS server does not serve this issuer')
      return `${origin}${place}/jwks`
    },
  }
}

/** The path of an issuer whose address is at this server, without a slash at the end. */
function placeOf(url: string, origin: string): string | undefined {
  try {
    const { origin: its, pathname } = new URL(url)
    return its === origin ? pathname.replace(/\/$/, '') : undefined
  } catch {
    return undefined
  }
}

/** The members that RFC 8414 section 2 and OpenID Connect Discovery section 3 require, and `jwks_uri`. */
function metadataOf(issuer: ServedIssuer, jwksUri: string): object {
  const base = issuer.url.replace(/\/$/, '')
  return {
    issuer: issuer.url,
    jwks_uri: jwksUri,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}
