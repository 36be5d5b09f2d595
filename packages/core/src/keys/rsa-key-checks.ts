import { createPublicKey, type KeyObject } from 'node:crypto'
import { KeyRefused } from './key-refused.js'

const SMALLEST_MODULUS = 2048
// A larger modulus makes each check expensive enough to be an attack on the processor.
const LARGEST_MODULUS = 8192
const LARGEST_EXPONENT = 2n ** 32n

/** @throws KeyRefused for an RSA key with which a signature proves little, or costs too much to check */
export function checkRsaKey(key: KeyObject): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < SMALLEST_MODULUS) throw new KeyRefused('has an RSA modulus under 2048 bits')
  if (modulusLength > LARGEST_MODULUS) throw new KeyRefused('has an RSA modulus over 8192 bits')
  if (publicExponent < 3n || publicExponent % 2n === 0n || publicExponent > LARGEST_EXPONENT) {
    throw new KeyRefused('has an RSA exponent that is even, below 3 or over 32 bits')
  }
  const modulus = modulusOf(key)
  if (modulus % 2n === 0n) throw new KeyRefused('has an even RSA modulus')
  if (hasRocaFingerprint(modulus))
    throw new KeyRefused('has an RSA modulus of the kind of CVE-2017-15361 (ROCA)')
}

function modulusOf(key: KeyObject): bigint {
  const plain = key.asymmetricKeyType === 'rsa' ? key : withoutParameters(key)
  const { n = '' } = plain.export({ format: 'jwk' }) as { n?: string }
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex') || '0'}`)
}

/**
 * An RSASSA-PSS key as a plain RSA key, which node:crypto can export as a JWK: the contents of the bit string of its
 * SubjectPublicKeyInfo (RFC 5280 section 4.1). With a modulus of 2048 bits or more both outer lengths have two octets.
 */
function withoutParameters(key: KeyObject): KeyObject {
  const info = key.export({ format: 'der', type: 'spki' })
  const [sequenceHeader, bitStringHeader, unusedBits] = [4, 4, 1]
  const algorithmLength = 2 + info.readUInt8(sequenceHeader + 1)
  const pkcs1 = info.subarray(sequenceHeader + algorithmLength + bitStringHeader + unusedBits)
  return createPublicKey({ key: pkcs1, format: 'der', type: 'pkcs1' })
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
