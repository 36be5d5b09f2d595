import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { jwk } from '../../src/keys/jwk.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { littleEndian, numberOf, octetsOf } from './support/big-endian.js'
import { encode, token, verifier } from './support/forge.js'
import { keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'
import { expectLeftOut, expectRefused } from './support/refused-key.js'

const ec = keyOf('ES256').publicJwk
const ed = keyOf('EdDSA').publicJwk

const number = (value: bigint, length: number) => encode(octetsOf(value, length))

const P256_PRIME = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n

describe('attack 90: points of elliptic curves', () => {
  const bytes = (text: unknown) => Buffer.from(String(text), 'base64url')
  const x = bytes(ec.x)
  const y = bytes(ec.y)
  it.each<[string, object]>([
    ['the origin', { x: encode(Buffer.alloc(32)), y: encode(Buffer.alloc(32)) }],
    ['one, one', { x: number(1n, 32), y: number(1n, 32) }],
    ['y and x', { x: ec.y, y: ec.x }],
    ['x and one more than y', { x: ec.x, y: number(numberOf(y) + 1n, 32) }],
    ['x and x', { x: ec.x, y: ec.x }],
    ['all bits set', { x: encode(Buffer.alloc(32, 0xff)), y: encode(Buffer.alloc(32, 0xff)) }],
    ['x that is not reduced', { x: number(P256_PRIME, 32), y: ec.y }],
    ['of another curve', { x: keyOf('ES384').publicJwk.x, y: keyOf('ES384').publicJwk.y }],
    ['of another curve, cut', { x: encode(bytes(keyOf('ES384').publicJwk.x).subarray(0, 32)), y: ec.y }],
    ['one octet short', { x: encode(x.subarray(1)), y: ec.y }],
    ['one octet long', { x: encode(Buffer.concat([Buffer.alloc(1), x])), y: ec.y }],
    ['y one octet long', { x: ec.x, y: encode(Buffer.concat([Buffer.alloc(1), y])) }],
    ['without y', { x: ec.x, y: undefined }],
    ['an empty y', { x: ec.x, y: '' }],
    ['a number for x', { x: 1, y: ec.y }],
    ['padded', { x: `${String(ec.x)}=`, y: ec.y }],
    ['no curve', { crv: undefined }],
    ['secp256k1', { crv: 'secp256k1' }],
    ['P-384 by name', { crv: 'P-384' }],
    ['P-192', { crv: 'P-192' }],
    ['another spelling', { crv: 'p-256' }],
    ['OpenSSL’s name', { crv: 'prime256v1' }],
    ['Ed25519 as EC', { crv: 'Ed25519' }],
    ['a list of curves', { crv: ['P-256'] }],
    ['a member of every object', { crv: 'constructor' }],
  ])('%s is refused', async (_, members) => {
    const bad = JSON.parse(
      JSON.stringify({ kty: 'EC', crv: 'P-256', x: ec.x, y: ec.y, ...members }),
    ) as object
    expectRefused(bad, /curve|length|no base64url member/)
    await expectLeftOut(bad)
  })
  it('refuses real keys on other curves', () => {
    for (const namedCurve of ['secp256k1', 'P-224', 'brainpoolP256r1']) {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve })
      const { x: one, y: two } = coordinates(publicKey.export({ format: 'der', type: 'spki' }))
      expectRefused({ kty: 'EC', crv: namedCurve, x: one, y: two }, /curve other than/)
    }
  })
})

function coordinates(spki: Buffer) {
  const point = spki.subarray(spki.indexOf(Buffer.from([0, 4]), 20) + 2)
  return { x: encode(point.subarray(0, point.length / 2)), y: encode(point.subarray(point.length / 2)) }
}

const ED25519_PRIME = 2n ** 255n - 19n
const ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n
const withSign = (y: bigint, sign: bigint) => encode(littleEndian(y + sign * 2n ** 255n, 32))

describe('attack 92: Ed25519 keys of small order', () => {
  const ordinates = {
    '0': 0n,
    '1': 1n,
    '-1': ED25519_PRIME - 1n,
    'of order 8': ORDER_8,
    'of order 8 too': ED25519_PRIME - ORDER_8,
    p: ED25519_PRIME,
    'p + 1': ED25519_PRIME + 1n,
  }
  const encodings = Object.entries(ordinates).flatMap(([name, y]) => [
    [`y = ${name}`, withSign(y, 0n)] as const,
    [`y = ${name}, with the sign of x`, withSign(y, 1n)] as const,
  ])
  it('has all encodings', () => {
    expect(new Set(encodings.map(([, x]) => x)).size).toBe(14)
  })
  it.each(encodings)('%s', async (_, x) => {
    const bad = { kty: 'OKP', crv: 'Ed25519', x }
    expectRefused(bad, /small order|not encoded canonically/)
    await expectLeftOut(bad)
  })
  it('refuses the signature that fits every message under such a key', async () => {
    const identity = { kty: 'OKP', crv: 'Ed25519', x: withSign(1n, 0n), kid: 'small' }
    const verify = verifier({ keys: localJwks({ keys: [{ ...ed, kid: 'good' }, identity] }) })
    const forge = () => Buffer.concat([littleEndian(1n, 32), Buffer.alloc(32)])
    const forged = token({}, { kid: 'small' }, { ...keyOf('EdDSA'), sign: forge })
    expect(await outcomeOf(verify, forged)).toBe('key_unknown')
  })
})

describe('attack 90: other points that are no Ed25519 key', () => {
  it.each([2n, 3n, 18n])('y = p + %s is not canonical', (more) => {
    expectRefused({ kty: 'OKP', crv: 'Ed25519', x: withSign(ED25519_PRIME + more, 0n) }, /canonically/)
  })
  it('refuses ordinates that are on no point, and accepts the others', () => {
    let refused = 0
    for (let y = 2n; y < 102n; y++) {
      try {
        jwk({ kty: 'OKP', crv: 'Ed25519', x: withSign(y, 0n) })
      } catch (error) {
        expect((error as Error).message).toMatch(/not on the curve/)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(30)
    expect(refused).toBeLessThan(70)
    for (let count = 0; count < 50; count++) {
      const real = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
      expect(jwk(real).key.algorithms).toEqual(['EdDSA', 'Ed25519'])
    }
  })
  it.each<[string, object, RegExp]>([
    ['31 octets', { x: encode(randomBytes(31)) }, /wrong length/],
    ['33 octets', { x: encode(randomBytes(33)) }, /wrong length/],
    ['no octets', { x: '' }, /no base64url member x/],
    ['padded', { x: `${String(ed.x)}=` }, /no base64url member x/],
    ['no curve', { crv: undefined }, /curve other than/],
    ['P-256 by name', { crv: 'P-256' }, /wrong length|not a valid public key|curve/],
    ['as an EC key', { kty: 'EC' }, /no base64url member y|curve/],
  ])('%s', (_, members, reason) => {
    expectRefused(
      JSON.parse(JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: ed.x, ...members })) as object,
      reason,
    )
  })
})

describe('attacks 56 and 94: other Edwards and Montgomery curves', () => {
  it.each(['ed448', 'x25519', 'x448'] as const)('%s', async (type) => {
    const { publicKey } = generateKeyPairSync(type as 'ed448')
    const other = publicKey.export({ format: 'jwk' })
    expectRefused(other, /curve other than/)
    await expectLeftOut(other)
  })
})
