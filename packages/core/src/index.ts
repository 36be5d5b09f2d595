export { createAuthenticator, createAuthenticators } from './authenticator.js'
export type { Auth, Authenticator, AuthenticatorOptions } from './authenticator.js'
export type { RequestOptions } from './options/request-options.js'
export { createVerifier } from './verifier.js'
export type { Verifier } from './verifier.js'
export type {
  ManyIssuersOptions,
  SingleIssuerOptions,
  TokenOptions,
  VerifierOptions,
} from './options/verifier-options.js'
export type { TrustedIssuerOptions } from './options/trusted-issuer-options.js'
export type { IssuerResolver } from './keys/issuer-resolver.js'

export { absoluteUrl } from './credentials/absolute-url.js'
export type { AddressedRequest } from './credentials/absolute-url.js'
export { authorizationHeader } from './credentials/authorization-header.js'
export { cookie } from './credentials/cookie.js'
export { custom } from './credentials/custom.js'
export { nodeRequest } from './credentials/node-request.js'
export type { AuthRequest } from './credentials/auth-request.js'
export type { Credential } from './credentials/credential.js'
export type { CredentialSource } from './credentials/credential-source.js'

export type { AlgorithmName } from './jose/algorithms.js'
export type { DecryptionKey, DecryptionOptions, KeyManagementName } from './jose/decryption-options.js'
export type { JwsHeader } from './jose/jws-header.js'

export type { IntrospectionOptions } from './introspection/introspection-options.js'
export { discoverKeys } from './keys/discovery.js'
export type { DiscoverKeysOptions } from './keys/discovery.js'
export { jwk } from './keys/jwk.js'
export { localJwks } from './keys/local-jwks.js'
export { pem } from './keys/pem.js'
export { remoteJwks } from './keys/remote-jwks.js'
export { secret } from './keys/secret.js'
export type { KeysEvent } from './keys/remote/keys-channel.js'
export type { KeysPhase } from './keys/remote/refresh-schedule.js'
export type { RemoteKeys, RemoteKeysStatus } from './keys/remote/remote-keys.js'
export type { KeysClient, RemoteJwksOptions } from './keys/remote/remote-options.js'
export type { RefusedKey } from './keys/key-set.js'
export type { KeySource } from './keys/key-source.js'
export type { SingleKey } from './keys/single-key.js'
export type { VerificationKey } from './keys/verification-key.js'

export type { Claims } from './claims/claims.js'
export type { ClaimPaths } from './claims/granted.js'
export type { ProfileName } from './claims/profiles.js'
export type { VerifiedToken } from './claims/verified-token.js'

export { createAuthorizer } from './policy/authorizer.js'
export type { Authorizer } from './policy/authorizer.js'
export { claim } from './policy/claim.js'
export { allOf, anyOf, not } from './policy/combinations.js'
export { hasPermission, hasRole, hasScope } from './policy/grants.js'
export { requireAuth } from './policy/require-auth.js'
export { authenticatedWithin, hasAcr } from './policy/step-up.js'
export type { Policy, PolicyRefusal, PolicyRefusalCode, PolicyResult } from './policy/policy.js'

export type { MutualTlsOptions } from './proof/client-certificate.js'
export type { DpopOptions, ProofMode } from './proof/dpop-options.js'

export { memoryReplayStore } from './state/memory-replay-store.js'
export type { MemoryReplayStoreOptions } from './state/memory-replay-store.js'
export { memoryRevocationStore } from './state/memory-revocation-store.js'
export type { MemoryRevocationStore, MemoryRevocationStoreOptions } from './state/memory-revocation-store.js'
export type { ReplayStore } from './state/replay-store.js'
export type { RevocationOptions } from './state/revocation.js'
export type { Revocation, RevocationStore } from './state/revocation-store.js'

export { whenTokenEnds } from './state/token-end.js'
export type { TokenEnd, TokenEndOptions } from './state/token-end.js'
export { protectedResourceMetadata } from './outcome/protected-resource-metadata.js'
export type {
  ProtectedResourceMetadata,
  ProtectedResourceOptions,
} from './outcome/protected-resource-metadata.js'
export { explain } from './outcome/explain.js'
export type { Decision } from './outcome/diagnostics.js'
export { AuthError } from './outcome/auth-error.js'
export type { ProblemDetails, RefusalDetails } from './outcome/auth-error.js'
export type { RefusalCode } from './outcome/codes.js'
export { ConfigurationError } from './outcome/configuration-error.js'
