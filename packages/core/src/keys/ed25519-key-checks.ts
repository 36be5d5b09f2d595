import type { KeyObject } from 'node:crypto'
import { KeyRefused } from './key-refused.js'

/** y coordinates of the points of order 1, 2, 4 and 8, little-endian, without the sign of x (RFC 8032 section 5.1.7). */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])
const FIELD_PRIME = 2n ** 255n - 19n
/** The d of the curve's equation, -x² + y² = 1 + d x² y². */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

/** @throws KeyRefused for an Ed25519 key that is no point, or one with which anybody can make signatures */
export function checkEd25519Key(key: KeyObject): void {
  const { x = '' } = key.export({ format: 'jwk' }) as { x?: string }
  const point = Buffer.from(x, 'base64url')
  if (point.length !== 32) throw new KeyRefused('is not 32 octets long')
  point.writeUInt8(point.readUInt8(31) & 0x7f, 31)
  if (SMALL_ORDER.has(point.toString('hex'))) throw new KeyRefused('is an Ed25519 point of small order')
  const y = BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`)
  if (y >= FIELD_PRIME) throw new KeyRefused('is an Ed25519 point that is not encoded canonically')
  if (!isOnCurve(y)) throw new KeyRefused('is an Ed25519 point that is not on the curve')
}

/** There is an x with this y where (y² - 1) / (d y² + 1) is a square, by Euler's criterion. */
function isOnCurve(y: bigint): boolean {
  const square = y * y
  return power((square - 1n) * (D * square + 1n), (FIELD_PRIME - 1n) / 2n) === 1n
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let factor = base % FIELD_PRIME
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * factor) % FIELD_PRIME
    factor = (factor * factor) % FIELD_PRIME
  }
  return result
}
