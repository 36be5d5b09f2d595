export { createAuthenticator, createAuthenticators } from './authenticator.js'
export type { Auth, Authenticator, AuthenticatorOptions, RequestOptions } from './authenticator.js'
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

export { authorizationHeader } from './credentials/authorization-header.js'
export { cookie } from './credentials/cookie.js'
export { custom } from './credentials/custom.js'
export { nodeRequest } from './credentials/node-request.js'
export type { AuthRequest } from './credentials/auth-request.js'
export type { CredentialSource } from './credentials/credential-source.js'

export type { AlgorithmName } from './jose/algorithms.js'
export type { JwsHeader } from './jose/jws-header.js'

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
export type { Policy, PolicyRefusalCode, PolicyResult } from './policy/policy.js'

export { explain } from './outcome/explain.js'
export type { Decision } from './outcome/diagnostics.js'
export { AuthError } from './outcome/auth-error.js'
export type { ProblemDetails, RefusalDetails } from './outcome/auth-error.js'
export type { RefusalCode } from './outcome/codes.js'
export { ConfigurationError } from './outcome/configuration-error.js'
