import { createPublicKey, type KeyObject } from 'node:crypto'
import { algorithmsFor, findAlgorithm, type Algorithm, type AlgorithmName } from '../jose/algorithms.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { KeyRefused } from './key-refused.js'
import { checkPublicKey } from './public-key-checks.js'
import { singleKey, type SingleKey } from './single-key.js'
import { VerificationKey } from './verification-key.js'

const ONE_BLOCK =
  /^\s*-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----[A-Za-z0-9+/=\s]+-----END \1-----\s*$/

/**
 * One public key as PEM text: `PUBLIC KEY` (RFC 7468), `RSA PUBLIC KEY` (PKCS #1) or `CERTIFICATE`, of which
 * only the key is used: neither dates nor chain are checked. Exactly one block, and the algorithm it is for.
 *
 * @throws ConfigurationError when the text or the key cannot be used with the algorithm
 */
export function pem(text: string, algorithm: Exclude<AlgorithmName, `HS${string}`>): SingleKey {
  const entry = typeof algorithm === 'string' ? findAlgorithm(algorithm) : undefined
  if (entry === undefined || entry.keyType === 'oct') {
    throw new ConfigurationError('pem()', "expects the algorithm that the key is for, such as 'RS256'")
  }
  if (typeof text !== 'string' || !ONE_BLOCK.test(text)) {
    throw new ConfigurationError(
      'pem()',
      'expects exactly one block of PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE; a shared secret is given by secret(bytes, algorithm)',
    )
  }
  try {
    const key = createKeyObject(text)
    const kind = checkPublicKey(key)
    if (!algorithmsFor(kind.keyType, kind.curve).includes(entry.name)) {
      throw new KeyRefused(`does not fit ${entry.name}: it is a key of type ${kind.curve ?? kind.keyType}`)
    }
    if (kind.onlyPss === true) checkPssParameters(key, entry)
    return singleKey(new VerificationKey(undefined, [entry.name], key))
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    throw new ConfigurationError('pem()', `the key ${error.message}`)
  }
}

function createKeyObject(text: string) {
  try {
    return createPublicKey(text)
  } catch {
    throw new KeyRefused('cannot be read')
  }
}

/** Such a key may fix the hashes and a least length of the salt (RFC 8017 appendix A.2.3). */
function checkPssParameters(key: KeyObject, { hash, parameters }: Algorithm): void {
  if (parameters?.saltLength === undefined) {
    throw new KeyRefused('is for RSASSA-PSS only; use PS256, PS384 or PS512')
  }
  const { hashAlgorithm, mgf1HashAlgorithm, saltLength = 0 } = key.asymmetricKeyDetails ?? {}
  const fits = [hashAlgorithm, mgf1HashAlgorithm].every((name) => name === undefined || name === hash)
  if (!fits || saltLength > parameters.saltLength) {
    throw new KeyRefused(
      `is limited to RSASSA-PSS with ${hashAlgorithm ?? 'another hash'}, or to a longer salt`,
    )
  }
}
