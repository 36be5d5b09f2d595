import type { KeyObject } from 'node:crypto'
import { checkEd25519Key } from './ed25519-key-checks.js'
import { KeyRefused } from './key-refused.js'
import { checkRsaKey } from './rsa-key-checks.js'

/** OpenSSL's names of the curves, as JWK has them (RFC 7518 section 6.2.1.1). */
const CURVES: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
])

/** What kind of key this is, in the words of the algorithm table. */
export interface PublicKeyKind {
  readonly keyType: 'RSA' | 'EC' | 'OKP'
  readonly curve?: string
  /** An RSASSA-PSS key (RFC 8017 appendix A.2.3), which no PKCS #1 v1.5 algorithm may use. */
  readonly onlyPss?: boolean
}

/**
 * Refuses public keys with which a signature proves little or nothing, although OpenSSL works with them.
 *
 * @throws KeyRefused
 */
export function checkPublicKey(key: KeyObject): PublicKeyKind {
  if (key.type === 'public') {
    switch (key.asymmetricKeyType) {
      case 'rsa':
      case 'rsa-pss':
        checkRsaKey(key)
        return { keyType: 'RSA', onlyPss: key.asymmetricKeyType === 'rsa-pss' }
      case 'ec':
        return { keyType: 'EC', curve: checkCurve(key) }
      case 'ed25519':
        checkEd25519Key(key)
        return { keyType: 'OKP', curve: 'Ed25519' }
    }
  }
  throw new KeyRefused('is not an RSA, P-256, P-384, P-521 or Ed25519 public key')
}

function checkCurve(key: KeyObject): string {
  // Node has held the point against the curve's equation when it made the key.
  const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? '')
  if (curve === undefined) throw new KeyRefused('is on a curve other than P-256, P-384 and P-521')
  return curve
}
