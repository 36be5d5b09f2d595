import { createPublicKey, randomBytes } from 'node:crypto'
import { jwk } from '../../src/keys/jwk.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { encode, token, verifier } from './support/forge.js'
import { keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'
import { expectLeftOut, expectRefused } from './support/refused-key.js'

const rsa = keyOf('RS256').publicJwk
const ec = keyOf('ES256').publicJwk

describe('attacks 50 to 53: what a key says it is for', () => {
  it.each<[string, object, RegExp]>([
    ['50: encryption', { use: 'enc' }, /another use/],
    ['50: something else', { use: 'tls' }, /another use/],
    ['50: another case', { use: 'SIG' }, /another use/],
    ['50: nothing', { use: '' }, /another use/],
    ['50: null', { use: null }, /another use/],
    ['50: a list', { use: ['sig'] }, /another use/],
    ['51: encrypting', { key_ops: ['encrypt'] }, /key_ops/],
    ['51: signing only', { key_ops: ['sign'] }, /key_ops/],
    ['51: nothing', { key_ops: [] }, /key_ops/],
    ['51: no list', { key_ops: 'verify' }, /key_ops/],
    ['51: null', { key_ops: null }, /key_ops/],
    ['51: an object', { key_ops: { 0: 'verify', length: 1 } }, /key_ops/],
    ['51: verifying twice', { key_ops: ['verify', 'verify'] }, /key_ops/],
    ['51: a number too', { key_ops: ['verify', 1] }, /key_ops/],
    ['51: another case', { key_ops: ['Verify'] }, /key_ops/],
    ['52: signatures by use, encryption by key_ops', { use: 'sig', key_ops: ['encrypt'] }, /key_ops/],
    ['52: signatures by use, both by key_ops', { use: 'sig', key_ops: ['verify', 'encrypt'] }, /key_ops/],
    [
      '52: signatures by use, key agreement too',
      { use: 'sig', key_ops: ['verify', 'deriveBits'] },
      /key_ops/,
    ],
    ['52: encryption by use, verifying by key_ops', { use: 'enc', key_ops: ['verify'] }, /another use/],
    ['53: an algorithm of encryption', { alg: 'RSA-OAEP' }, /\(alg\)/],
    ['53: an algorithm of another type of key', { alg: 'ES256' }, /\(alg\)/],
    ['53: HMAC', { alg: 'HS256' }, /\(alg\)/],
    ['53: none', { alg: 'none' }, /\(alg\)/],
    ['53: nothing', { alg: '' }, /\(alg\)/],
    ['53: null', { alg: null }, /\(alg\)/],
    ['53: a list', { alg: ['RS256'] }, /\(alg\)/],
    ['53: another case', { alg: 'rs256' }, /\(alg\)/],
    ['53: SHA-1', { alg: 'RS1' }, /\(alg\)/],
  ])('%s', async (_, members, reason) => {
    expectRefused({ ...rsa, ...members }, reason)
    await expectLeftOut({ ...rsa, ...members })
  })
  it.each<[string, object]>([
    ['signatures', { use: 'sig' }],
    ['verifying', { key_ops: ['verify'] }],
    ['signing and verifying', { key_ops: ['sign', 'verify'] }],
    ['both ways', { use: 'sig', key_ops: ['verify'] }],
    ['nothing, with members of its own', { x5t: 'AAAA', ext: true, nbf: 1, kid: 'k' }],
  ])('is accepted for %s', (_, members) => {
    expect(jwk({ ...rsa, ...members }).key.algorithms).toHaveLength(6)
  })
})

describe('attack 57: a curve that is not the algorithm’s', () => {
  it.each([
    ['ES256', 'ES384'],
    ['ES256', 'ES512'],
    ['ES384', 'ES256'],
    ['ES512', 'ES256'],
    ['EdDSA', 'ES256'],
    ['ES256', 'EdDSA'],
  ] as const)('%s on the key of %s', async (alg, other) => {
    expectRefused({ ...keyOf(other).publicJwk, alg }, /\(alg\)/)
    const verify = verifier({ keys: jwk(keyOf(other).publicJwk) })
    expect(await outcomeOf(verify, token({}, { alg }, keyOf(other)))).toBe('algorithm_not_allowed')
  })
})

describe('attack 95: keys that are no public keys', () => {
  const privateJwk = (alg: 'RS256' | 'ES256' | 'EdDSA') => keyOf(alg).material.export({ format: 'jwk' })
  it.each<[string, object]>([
    ['an RSA key with all its private members', privateJwk('RS256')],
    ['an EC key with d', privateJwk('ES256')],
    ['an Ed25519 key with d', privateJwk('EdDSA')],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].flatMap((name): [string, object][] => [
      [`an RSA key with ${name}`, { ...rsa, [name]: 'AQAB' }],
      [`an RSA key with an empty ${name}`, { ...rsa, [name]: '' }],
      [`an EC key with ${name}, null`, { ...ec, [name]: null }],
    ]),
    ['a symmetric key', { kty: 'oct', k: encode(randomBytes(32)) }],
    ['a symmetric key with an algorithm', { kty: 'oct', k: encode(randomBytes(32)), alg: 'HS256' }],
  ])('%s', (_, key) => {
    expectRefused(key, /private members|symmetric key/)
    // One among public ones is an alarm, not a key to leave out.
    expect(() => localJwks({ keys: [{ ...ec, kid: 'good' }, key] })).toThrow(
      /key 1 .*secret\(bytes, 'HS256'\)/,
    )
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', [ec]],
    ['text', JSON.stringify(ec)],
    ['a JWKS', { keys: [ec] }],
    ['no kty', { ...ec, kty: undefined }],
    ['another kty', { ...ec, kty: 'DSA' }],
    ['another case', { ...rsa, kty: 'rsa' }],
    ['a list for kty', { ...rsa, kty: ['RSA'] }],
    ['a kty of every object', { ...rsa, kty: 'constructor' }],
    ['AKP', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' }],
    ['a KeyObject', createPublicKey(keyOf('ES256').material.export({ format: 'pem', type: 'pkcs8' }))],
    ['inherited members', Object.create(ec) as object],
  ])('%s', (_, key) => {
    expect(() => jwk(key as object)).toThrow(/^jwk\(\): the key (?:is not an object|has no key type)/)
  })
})

describe('key ids of keys', () => {
  it.each<[string, unknown]>([
    ['a number', 0],
    ['null', null],
    ['a list', ['k']],
    ['257 characters', 'k'.repeat(257)],
  ])('%s is refused', (_, kid) => {
    expectRefused({ ...ec, kid }, /key id \(kid\)/)
  })
})
