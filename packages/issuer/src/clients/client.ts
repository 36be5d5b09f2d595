import type { JSONWebKeySet } from 'jose'

/** What a client may ask the token endpoint for. */
export type GrantType =
  'client_credentials' | 'refresh_token' | 'urn:ietf:params:oauth:grant-type:token-exchange'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** How a client proves who it is. Each has one way, so that a stronger one cannot be got round by a weaker one. */
export type ClientAuthentication =
  /** `client_secret_basic` and `client_secret_post`; two secrets while one replaces the other. */
  | {
      readonly method: 'client_secret'
      readonly secrets: readonly {
        /** Of `createClientSecret()`. */
        readonly digest: string
        /** Seconds since the epoch. */
        readonly expiresAt?: number
      }[]
    }
  /** RFC 7523, with the public keys that are registered here. */
  | { readonly method: 'private_key_jwt'; readonly jwks: JSONWebKeySet }
  /** A key of `createApiKeys()`, in `X-API-Key` or where the secret would be. */
  | { readonly method: 'api_key' }
  /** A public client, which can keep no secret: `refresh_token` only. */
  | { readonly method: 'none' }

/** A client as it is registered. */
export interface Client {
  /** Visible ASCII; no user has it as `sub`. */
  readonly id: string
  readonly authentication: ClientAuthentication
  readonly grants: readonly GrantType[]
  /** The services that it may have tokens for, each with the scopes that it may have there. */
  readonly access: Readonly<Record<string, readonly string[]>>
  /** The names under which the client is itself an audience: tokens for them it may exchange and introspect. */
  readonly audiences?: readonly string[]
  /** Roles and permissions in tokens about the client itself. */
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
  /** Claims of your own in tokens about the client itself. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Whether it gets tokens with a DPoP proof only (RFC 9449 section 5.2); default as the issuer says. */
  readonly dpopBound?: boolean
  /** Seconds that its tokens live; default that of the signer. */
  readonly lifetime?: number
}

/**
 * Finds registered clients. A client that was taken away must not be found any more: its refresh tokens end with it.
 * Where it cannot say, it rejects.
 */
export interface ClientStore {
  find(id: string): Client | undefined | Promise<Client | undefined>
}
