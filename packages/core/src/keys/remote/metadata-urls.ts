/**
 * Where the metadata of an issuer may be, the likeliest first: OpenID Connect Discovery 1.0 section 4.1 appends the
 * well-known path to the issuer, RFC 8414 section 3.1 inserts it before the issuer's path, and its section 5 knows
 * issuers that insert the name of the former. A terminating slash of the issuer's path is left out in each.
 */
export function metadataUrls(issuer: URL): readonly URL[] {
  const path = issuer.pathname.replace(/\/$/, '')
  const paths = new Set([
    `${path}/.well-known/openid-configuration`,
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
  ])
  return [...paths].map((candidate) => new URL(candidate, issuer.origin))
}
