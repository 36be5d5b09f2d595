import { ASSERTION_ALGORITHMS } from '../clients/client-assertion.js'
import type { Handler } from '../http/handler.js'
import { servePublicDocument } from '../http/public-document.js'
import type { DpopSettings } from './dpop.js'

const MAX_AGE = 300

/** RFC 8414: what the issuer has, and nothing that it has not. */
export function metadataHandler(
  issuer: string,
  grants: readonly string[],
  { mode, proofs }: DpopSettings,
): Handler {
  const base = issuer.replace(/\/$/, '')
  const secretMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
  const document = Object.freeze({
    issuer,
    token_endpoint: `${base}/token`,
    jwks_uri: `${base}/jwks`,
    revocation_endpoint: `${base}/revoke`,
    introspection_endpoint: `${base}/introspect`,
    grant_types_supported: grants,
    response_types_supported: [],
    token_endpoint_auth_methods_supported: [...secretMethods, 'none'],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    revocation_endpoint_auth_methods_supported: [...secretMethods, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    introspection_endpoint_auth_methods_supported: secretMethods,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    ...(mode === 'off' ? {} : { dpop_signing_alg_values_supported: proofs.algorithms }),
  })
  return (request) =>
    Promise.resolve(servePublicDocument(request, document, { maxAge: MAX_AGE, type: 'application/json' }))
}
