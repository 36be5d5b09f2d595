export { IssuerError } from './issuer-error.js'
export type { IssuerErrorCode } from './issuer-error.js'

export { createSigner } from './signing/signer.js'
export type { Signer, SignerOptions } from './signing/signer.js'
export { createStatementSigner } from './signing/statement-signer.js'
export type {
  SignedStatement,
  StatementRequest,
  StatementSigner,
  StatementSignerOptions,
} from './signing/statement-signer.js'
export type { AccessTokenRequest, Actor, SignedToken } from './signing/access-token-request.js'
export type { EncryptionKey } from './signing/encryption.js'

export { createKeyRing } from './keys/key-ring.js'
export type { KeyRing, SigningKeys } from './keys/key-ring.js'
export type { KeyRingOptions } from './keys/key-ring-options.js'
export type { KeyRingStore, StoredKeyRing } from './keys/key-ring-store.js'
export type { SigningAlgorithm } from './keys/signing-algorithms.js'
export type { SigningKey } from './keys/signing-key.js'
export { directoryKeyRingStore } from './keys/directory-key-ring-store.js'
export { memoryKeyRingStore } from './keys/memory-key-ring-store.js'
export { sharedSecret } from './keys/shared-secret.js'
export { jwksHandler } from './keys/jwks-handler.js'
export { keysOf } from './keys/keys-of.js'

export { createIssuer, createTokenEndpoint } from './endpoint/create-issuer.js'
export type { Issuer } from './endpoint/create-issuer.js'
export type { IssuerEvent, IssuerOptions } from './endpoint/issuer-options.js'
export type { OwnToken } from './endpoint/own-tokens.js'
export type { RefreshedSignIn, SignedIn, SignInRequest } from './endpoint/sign-in.js'
export type { SignInOwner } from './endpoint/sign-in-owner.js'
export { memoryRevokedTokens } from './endpoint/revoked-tokens.js'
export type { RevokedTokens } from './endpoint/revoked-tokens.js'
export type { Handler, RequestContext } from './http/handler.js'
export { toNodeHandler } from './http/node-handler.js'
export type { NodeHandlerOptions } from './http/node-handler.js'

export { createClientSecret } from './clients/client-secret.js'
export { checkClient, staticClients } from './clients/static-clients.js'
export { TOKEN_EXCHANGE } from './clients/client.js'
export type { Client, ClientAuthentication, ClientStore, GrantType } from './clients/client.js'
export type { AttemptCounter, AttemptCounters, AttemptLimits, CountedAttempts } from './clients/attempts.js'

export { createApiKeys } from './api-keys/api-keys.js'
export type { ApiKeys, ApiKeysOptions, NewApiKey } from './api-keys/api-keys.js'
export { memoryApiKeyStore } from './api-keys/api-key-store.js'
export type { ApiKeyStore, StoredApiKey } from './api-keys/api-key-store.js'

export { memoryRefreshTokenStore } from './refresh/memory-refresh-token-store.js'
export type { MemoryRefreshTokenStoreOptions } from './refresh/memory-refresh-token-store.js'
export { rotateFamily } from './refresh/refresh-family.js'
export type { RefreshFamily, RefreshGrant, RefreshOutcome, RefreshStep } from './refresh/refresh-family.js'
export type { RefreshTokenStore } from './refresh/refresh-token-store.js'
