import type { KeyObject } from 'node:crypto'
import { KeyRefused } from './key-refused.js'

const SMALLEST_MODULUS = 2048
// A larger modulus makes each check expensive enough to be an attack on the processor.
const LARGEST_MODULUS = 8192
const LARGEST_EXPONENT = 2n ** 32n

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
  const check = CHECKS.get(key.asymmetricKeyType ?? '')
  if (key.type !== 'public' || check === undefined) {
    throw new KeyRefused('is not an RSA, P-256, P-384, P-521 or Ed25519 public key')
  }
  return check(key)
}

const CHECKS: ReadonlyMap<string, (key: KeyObject) => PublicKeyKind> = new Map([
  ['rsa', (key: KeyObject) => checkRsa(key, false)],
  ['rsa-pss', (key: KeyObject) => checkRsa(key, true)],
  ['ec', checkEllipticCurve],
  ['ed25519', checkEd25519],
])

function checkRsa(key: KeyObject, onlyPss: boolean): PublicKeyKind {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < SMALLEST_MODULUS) throw new KeyRefused('has an RSA modulus under 2048 bits')
  if (modulusLength > LARGEST_MODULUS) throw new KeyRefused('has an RSA modulus over 8192 bits')
  if (publicExponent < 3n || publicExponent % 2n === 0n || publicExponent > LARGEST_EXPONENT) {
    throw new KeyRefused('has an RSA exponent that is even, below 3 or over 32 bits')
  }
  const { n = '' } = key.export({ format: 'jwk' }) as { n?: string }
  const modulus = BigInt(`0x${Buffer.from(n, 'base64url').toString('hex') || '0'}`)
  if (modulus % 2n === 0n) throw new KeyRefused('has an even RSA modulus')
  if (hasRocaFingerprint(modulus))
    throw new KeyRefused('has an RSA modulus of the kind of CVE-2017-15361 (ROCA)')
  return { keyType: 'RSA', onlyPss }
}

const ROCA_PRIMES = [
  11n,
  13n,
  17n,
  19n,
  37n,
  53n,
  61n,
  71n,
  73n,
  79n,
  97n,
  103n,
  107n,
  109n,
  127n,
  151n,
  157n,
] as const

/** The remainders that powers of 65537 leave; the faulty generator's moduli leave no other (CVE-2017-15361). */
const ROCA_REMAINDERS = ROCA_PRIMES.map((prime) => {
  const remainders = new Set<bigint>()
  for (let power = 1n; !remainders.has(power); power = (power * 65537n) % prime) remainders.add(power)
  return { prime, remainders }
})

function hasRocaFingerprint(modulus: bigint): boolean {
  return ROCA_REMAINDERS.every(({ prime, remainders }) => remainders.has(modulus % prime))
}

function checkEllipticCurve(key: KeyObject): PublicKeyKind {
  // Node has held the point against the curve's equation when it made the key.
  const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? '')
  if (curve === undefined) throw new KeyRefused('is on a curve other than P-256, P-384 and P-521')
  return { keyType: 'EC', curve }
}

/** y coordinates of the points of order 1, 2, 4 and 8, little-endian, without the sign of x (RFC 8032 section 5.1.7). */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])
const FIELD_PRIME = 2n ** 255n - 19n

function checkEd25519(key: KeyObject): PublicKeyKind {
  const { x = '' } = key.export({ format: 'jwk' }) as { x?: string }
  const point = Buffer.from(x, 'base64url')
  if (point.length !== 32) throw new KeyRefused('is not 32 octets long')
  point.writeUInt8(point.readUInt8(31) & 0x7f, 31)
  if (SMALL_ORDER.has(point.toString('hex'))) throw new KeyRefused('is an Ed25519 point of small order')
  const y = BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`)
  if (y >= FIELD_PRIME) throw new KeyRefused('is an Ed25519 point that is not encoded canonically')
  return { keyType: 'OKP', curve: 'Ed25519' }
}
