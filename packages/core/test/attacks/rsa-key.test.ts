import { randomBytes } from 'node:crypto'
import { jwk } from '../../src/keys/jwk.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { numberOf, octetsOf } from './support/big-endian.js'
import { encode, token, verifier } from './support/forge.js'
import { keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'
import { expectLeftOut, expectRefused } from './support/refused-key.js'

const rsa = keyOf('RS256').publicJwk

const number = (value: bigint) => encode(octetsOf(value, Math.ceil(value.toString(16).length / 2)))

/** An odd number of exactly so many bits, and of no known kind. */
function modulusOf(bits: number): string {
  const octets = randomBytes(Math.ceil(bits / 8))
  const top = (bits - 1) % 8
  octets.writeUInt8((octets.readUInt8(0) & (2 ** (top + 1) - 1)) | (2 ** top), 0)
  octets.writeUInt8(octets.readUInt8(octets.length - 1) | 1, octets.length - 1)
  return encode(octets)
}

describe('attacks 86 and 87: RSA keys of the wrong size', () => {
  it.each([512, 1024, 1536, 2040, 2047])('%i bits are too few', async (bits) => {
    const weak = { kty: 'RSA', n: modulusOf(bits), e: 'AQAB' }
    expectRefused(weak, /under 2048 bits/)
    await expectLeftOut(weak)
  })
  it.each([8193, 16_384, 100_000])('%i bits are too many', async (bits) => {
    const slow = { kty: 'RSA', n: modulusOf(bits), e: 'AQAB' }
    expectRefused(slow, /over 8192 bits|not a valid public key/)
    await expectLeftOut(slow)
  })
  it.each([2048, 2049, 3072, 4096, 8192])('%i bits are right', (bits) => {
    expect(jwk({ kty: 'RSA', n: modulusOf(bits), e: 'AQAB' }).key.algorithms).toContain('RS256')
  })
  it('is not fooled by zeros in front', () => {
    const n = encode(Buffer.concat([Buffer.alloc(128), Buffer.from(modulusOf(1024), 'base64url')]))
    expectRefused({ kty: 'RSA', n, e: 'AQAB' }, /under 2048 bits/)
  })
})

describe('attack 88: RSA exponents', () => {
  it.each<[string, bigint]>([
    ['0', 0n],
    ['1', 1n],
    ['2', 2n],
    ['4', 4n],
    ['65536', 65_536n],
    ['65538', 65_538n],
    ['2^32 + 1', 2n ** 32n + 1n],
    ['2^64 + 13', 2n ** 64n + 13n],
    ['of 2048 bits', 2n ** 2047n + 1n],
    ['the modulus', numberOf(Buffer.from(String(rsa.n), 'base64url'))],
  ])('%s is refused', async (_, exponent) => {
    const bad = { kty: 'RSA', n: rsa.n, e: number(exponent) }
    expectRefused(bad, /exponent|not a valid public key/)
    await expectLeftOut(bad)
  })
  it.each([3n, 5n, 17n, 257n, 65_537n, 2n ** 32n - 1n])('%s is accepted', (exponent) => {
    expect(jwk({ kty: 'RSA', n: rsa.n, e: number(exponent) }).key.algorithms).toContain('PS512')
  })
  it.each<[string, unknown]>([
    ['empty', ''],
    ['missing', undefined],
    ['a number', 65_537],
    ['null', null],
    ['padded', 'AQAB=='],
    ['in another alphabet', '+/+/'],
    ['with a space', 'AQ AB'],
    ['with stray bits', 'AR'],
  ])('%s is no exponent', (_, e) => {
    expectRefused({ kty: 'RSA', n: rsa.n, ...(e === undefined ? {} : { e }) }, /no base64url member e/)
  })
  it('refuses the forgery that the exponent one allows', async () => {
    const one = { kty: 'RSA', n: rsa.n, e: 'AQ', kid: 'one', alg: 'RS256' }
    const verify = verifier({ keys: localJwks({ keys: [{ ...rsa, kid: 'good', alg: 'RS256' }, one] }) })
    expect(await outcomeOf(verify, token({}, { kid: 'one' }, keyOf('RS256')))).toBe('key_unknown')
  })
})

describe('attack 89: moduli that can be factored', () => {
  const PRIMES = [
    2n,
    3n,
    5n,
    7n,
    11n,
    13n,
    17n,
    19n,
    23n,
    29n,
    31n,
    37n,
    41n,
    43n,
    47n,
    53n,
    59n,
    61n,
    67n,
    71n,
    73n,
  ]
  const MORE = [
    79n,
    83n,
    89n,
    97n,
    101n,
    103n,
    107n,
    109n,
    113n,
    127n,
    131n,
    137n,
    139n,
    149n,
    151n,
    157n,
    163n,
    167n,
  ]
  const primorial = [...PRIMES, ...MORE].reduce((product, prime) => product * prime)

  it('refuses one of the form of CVE-2017-15361', async () => {
    // k * M + (65537^a mod M), the form of both primes, which their product keeps.
    let remainder = 1n
    for (let power = 0; power < 1234; power++) remainder = (remainder * 65_537n) % primorial
    const modulus = (2n ** 2047n / primorial + 5n) * primorial + remainder
    const roca = { kty: 'RSA', n: number(modulus), e: 'AQAB' }
    expectRefused(roca, /CVE-2017-15361/)
    await expectLeftOut(roca)
    const neighbour = { ...roca, n: number(modulus + 2n) }
    expect(jwk(neighbour).key.algorithms).toContain('RS256')
  })
  it('refuses an even one', () => {
    const modulus = numberOf(Buffer.from(String(rsa.n), 'base64url'))
    expectRefused({ kty: 'RSA', n: number(modulus + 1n), e: 'AQAB' }, /even RSA modulus/)
  })
  it('accepts honest ones', () => {
    for (let count = 0; count < 200; count++)
      expect(jwk({ kty: 'RSA', n: modulusOf(2048), e: 'AQAB' })).toBeDefined()
  })
})
