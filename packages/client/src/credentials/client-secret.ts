import { ConfigurationError } from '@portcullis/core'
import { ClientSecretBasic, ClientSecretPost } from 'oauth4webapi'
import { visibleText } from '../options/visible-text.js'
import { createCredential, type Credential } from './credential.js'

const WAYS = { basic: ClientSecretBasic, post: ClientSecretPost } as const

export interface ClientSecretOptions {
  /** `basic` sends it in the `Authorization` header, as servers must accept; `post` in the body. Default `basic`. */
  readonly method?: keyof typeof WAYS
}

/**
 * A client secret (RFC 6749 section 2.3.1).
 *
 * @throws ConfigurationError
 */
export function clientSecret(secret: string, { method = 'basic' }: ClientSecretOptions = {}): Credential {
  const text = visibleText(1024, 'the secret')(secret, 'clientSecret()')
  if (!Object.hasOwn(WAYS, method))
    throw new ConfigurationError('method', `expects one of ${Object.keys(WAYS).join(', ')}`)
  return createCredential('client_secret', WAYS[method](text))
}
