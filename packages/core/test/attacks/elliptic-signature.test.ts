import { sign } from 'node:crypto'
import { littleEndian, numberOf, octetsOf } from './support/big-endian.js'
import { segments, signatureOf, token, verifier, withSignature } from './support/forge.js'
import { keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'
import { accepts, refuses } from './support/tables.js'

/** The order of each group, and the octets of a number. */
const CURVES = [
  ['ES256', 32, 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
  [
    'ES384',
    48,
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ],
  [
    'ES512',
    66,
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  ],
] as const

describe.each(CURVES)('attacks 80 to 82: ECDSA, %s', (alg, size, order) => {
  const key = keyOf(alg)
  const verify = verifier({ keys: key.source })
  const good = token({}, {}, key)
  const [header, payload] = segments(good)
  const input = `${header}.${payload}`
  const signature = signatureOf(good)
  const r = numberOf(signature.subarray(0, size))
  const s = numberOf(signature.subarray(size))
  const pair = (first: bigint, second: bigint, length: number = size) =>
    withSignature(good, Buffer.concat([octetsOf(first, length), octetsOf(second, length)]))

  const edges = { '0': 0n, '1': 1n, 'n-1': order - 1n, n: order, 'n+1': order + 1n } as const
  const all = Object.entries(edges)
  refuses(
    'r and s at the edges of the range',
    'signature_invalid',
    {
      ...Object.fromEntries(
        all.flatMap(([first, one]) =>
          all.map(([second, two]) => [`r = ${first}, s = ${second}`, pair(one, two)]),
        ),
      ),
      ...Object.fromEntries(all.map(([name, value]) => [`the right r, s = ${name}`, pair(r, value)])),
      ...Object.fromEntries(all.map(([name, value]) => [`r = ${name}, the right s`, pair(value, s)])),
      'r and s exchanged': pair(s, r),
      'r negated': pair(order - r, s),
      'all bits set': withSignature(good, Buffer.alloc(2 * size, 0xff)),
    },
    verify,
  )
  refuses(
    'other encodings of the same two numbers',
    'signature_invalid',
    {
      DER: withSignature(
        good,
        sign(`sha${alg === 'ES512' ? '512' : alg.slice(2)}`, Buffer.from(input), key.material),
      ),
      'one octet longer each': pair(r, s, size + 1),
      'one and a half times the length': withSignature(good, Buffer.concat([signature, Buffer.alloc(size)])),
      'one octet short': withSignature(good, signature.subarray(0, -1)),
      'one octet long': withSignature(good, Buffer.concat([signature, Buffer.alloc(1)])),
      'r alone': withSignature(good, signature.subarray(0, size)),
      'little-endian': withSignature(good, Buffer.concat([littleEndian(r, size), littleEndian(s, size)])),
      ...(r + order < 256n ** BigInt(size) ? { 'r + n': pair(r + order, s) } : {}),
      ...(s + order < 256n ** BigInt(size) ? { 's + n': pair(r, s + order) } : {}),
    },
    verify,
  )
  refuses(
    'the signature of another',
    'signature_invalid',
    { 'key on the same curve': withSignature(good, keyOf(alg, 'stranger').sign(input)) },
    verify,
  )
  // JWA has no rule of the lower s: nothing may be keyed on the text of a signature.
  accepts('attack 83: s negated, which proves as much', { 'r, n-s': pair(r, order - s) }, verify)
})

it.each(CURVES)('attack 81: takes %s numbers with leading zeros, and only with them', async (alg, size) => {
  const key = keyOf(alg)
  const verify = verifier({ keys: key.source })
  for (const at of [0, size]) {
    let good = token({}, {}, key)
    for (let nonce = 0; signatureOf(good)[at] !== 0; nonce++) good = token({ nonce }, {}, key)
    expect(await outcomeOf(verify, good)).toBe('accepted')

    const signature = signatureOf(good)
    const stripped = Buffer.concat([signature.subarray(0, at), signature.subarray(at + 1)])
    expect(await outcomeOf(verify, withSignature(good, stripped))).toBe('signature_invalid')
  }
})

const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

describe.each(['EdDSA', 'Ed25519'] as const)('attack 93: Ed25519, %s', (alg) => {
  const key = keyOf(alg)
  const verify = verifier({ keys: key.source })
  const good = token({}, {}, key)
  const signature = signatureOf(good)
  const [point, scalar] = [signature.subarray(0, 32), signature.subarray(32)]
  const s = numberOf(Buffer.from(scalar).reverse())
  const made = (first: Buffer, second: Buffer) => withSignature(good, Buffer.concat([first, second]))
  const multiples = [1n, 2n, 3n, 7n, 15n].filter((factor) => s + factor * ED25519_ORDER < 2n ** 256n)
  refuses(
    'S that is not reduced',
    'signature_invalid',
    {
      ...Object.fromEntries(
        multiples.map((factor) => [
          `S + ${factor} L`,
          made(point, littleEndian(s + factor * ED25519_ORDER, 32)),
        ]),
      ),
      'S = L': made(point, littleEndian(ED25519_ORDER, 32)),
      'S = 0': made(point, Buffer.alloc(32)),
      'L - S': made(point, littleEndian(ED25519_ORDER - s, 32)),
      'a high bit in S': made(point, littleEndian(s + 2n ** 255n, 32)),
    },
    verify,
  )
  refuses(
    'R that is another',
    'signature_invalid',
    {
      zero: made(Buffer.alloc(32), scalar),
      'the neutral element': made(littleEndian(1n, 32), scalar),
      'the neutral element, and S = 0': made(littleEndian(1n, 32), Buffer.alloc(32)),
      'with the sign of x flipped': made(
        Buffer.concat([point.subarray(0, 31), Buffer.from([point.readUInt8(31) ^ 0x80])]),
        scalar,
      ),
      'not canonical': made(littleEndian(2n ** 255n - 1n, 32), scalar),
      'exchanged with S': made(scalar, point),
    },
    verify,
  )
  refuses(
    'another length',
    'signature_invalid',
    {
      '63 octets': withSignature(good, signature.subarray(0, 63)),
      '65 octets': withSignature(good, Buffer.concat([signature, Buffer.alloc(1)])),
      '96 octets': withSignature(good, Buffer.concat([signature, point])),
      '114 octets, as Ed448 has': withSignature(good, Buffer.concat([signature, Buffer.alloc(50)])),
    },
    verify,
  )
})
