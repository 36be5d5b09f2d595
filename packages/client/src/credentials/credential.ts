import { ConfigurationError } from '@portcullis/core'
import type { ClientAuth } from 'oauth4webapi'
import type { OptionReader } from '@portcullis/core/internal'

/**
 * How a service proves who it is: made by `clientSecret()`, `privateKeyJwt()`, `apiKey()` or `publicClient()`. What it
 * holds can be neither read nor printed.
 */
export interface Credential {
  readonly kind: 'client_secret' | 'private_key_jwt' | 'api_key' | 'none'
}

/** What an inspected or serialised credential shows is its kind: the rest is kept here. */
const authentications = new WeakMap<object, ClientAuth>()

export function createCredential(kind: Credential['kind'], authenticate: ClientAuth): Credential {
  const credential = Object.freeze({ kind })
  authentications.set(credential, authenticate)
  return credential
}

export const clientAuthentication: OptionReader<ClientAuth> = (value, option) => {
  const found = typeof value === 'object' && value !== null ? authentications.get(value) : undefined
  if (found !== undefined) return found
  throw new ConfigurationError(
    option,
    'expects clientSecret(), privateKeyJwt(), apiKey(), publicClient() or ownSigner()',
  )
}
