import { PrivateKeyJwt } from 'oauth4webapi'
import { createCredential, type Credential } from './credential.js'
import { readPrivateKey, type PrivateKeyOptions } from './private-key.js'

/**
 * A key whose public half the issuer knows (RFC 7523 section 2.2). Each request brings an assertion of its own, for
 * this issuer only and good for a minute; the key never leaves the process.
 *
 * @throws ConfigurationError
 */
export function privateKeyJwt(options: PrivateKeyOptions): Credential {
  const { keyId, pair } = readPrivateKey(options, 'privateKeyJwt()')
  return createCredential('private_key_jwt', async (issuer, client, body, headers) => {
    const { privateKey: key } = await pair()
    await PrivateKeyJwt(keyId === undefined ? key : { key, kid: keyId })(issuer, client, body, headers)
  })
}
