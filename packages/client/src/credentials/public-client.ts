import { None } from 'oauth4webapi'
import { createCredential, type Credential } from './credential.js'

/** A client that can keep no secret (RFC 6749 section 2.1): for refresh tokens, best bound to a key by `dpop`. */
export function publicClient(): Credential {
  return createCredential('none', None())
}
