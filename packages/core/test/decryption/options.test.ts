import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mistakeOf } from '../issuers/support/failure.js'
import { verifier } from '../attacks/support/forge.js'

const octets = (length: number) => createSecretKey(randomBytes(length))
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
const x25519 = generateKeyPairSync('x25519').privateKey
const secret = octets(32)
const key = (algorithm: string, material: unknown, more: object = {}) => ({
  decryption: { keys: [{ algorithm, key: material, ...more }] },
})

test.each([
  ['decryption', { decryption: true }],
  ['decryption', { decryption: null }],
  ['decryption', { decryption: [] }],
  ['decryption.keys', { decryption: {} }],
  ['decryption.keys', { decryption: { keys: [] } }],
  ['decryption.keys', { decryption: { keys: { algorithm: 'dir', key: secret } } }],
  [
    'decryption.keys',
    {
      decryption: {
        keys: Array.from({ length: 101 }, (_, id) => ({ algorithm: 'dir', key: secret, id: `${id}` })),
      },
    },
  ],
  ['decryption.key', { decryption: { key: secret } }],
  ['decryption.required', { decryption: { keys: [{ algorithm: 'dir', key: secret }], required: 'no' } }],
  ['decryption.keys[0].algorithm', key('RSA-OAEP', rsa.privateKey)],
  ['decryption.keys[0].algorithm', key('RSA1_5', rsa.privateKey)],
  ['decryption.keys[0].algorithm', key('PBES2-HS256+A128KW', secret)],
  ['decryption.keys[0].algorithm', key('constructor', secret)],
  ['decryption.keys[0].algorithm', { decryption: { keys: [{ key: secret }] } }],
  ['decryption.keys[0].key', key('dir', randomBytes(32))],
  ['decryption.keys[0].key', key('dir', 'x'.repeat(32))],
  ['decryption.keys[0].key', key('dir', undefined)],
  ['decryption.keys[0].key', key('dir', octets(16))],
  ['decryption.keys[0].key', key('dir', octets(64))],
  ['decryption.keys[0].key', key('A256GCMKW', octets(31))],
  ['decryption.keys[0].key', key('A256GCMKW', rsa.privateKey)],
  ['decryption.keys[0].key', key('dir', ec.privateKey)],
  ['decryption.keys[0].key', key('RSA-OAEP-256', rsa.publicKey)],
  ['decryption.keys[0].key', key('RSA-OAEP-256', weak)],
  ['decryption.keys[0].key', key('RSA-OAEP-256', pss)],
  ['decryption.keys[0].key', key('RSA-OAEP-256', ec.privateKey)],
  ['decryption.keys[0].key', key('RSA-OAEP-256', secret)],
  ['decryption.keys[0].key', key('ECDH-ES+A256KW', ec.publicKey)],
  ['decryption.keys[0].key', key('ECDH-ES+A256KW', koblitz)],
  ['decryption.keys[0].key', key('ECDH-ES+A256KW', x25519)],
  ['decryption.keys[0].key', key('ECDH-ES+A256KW', rsa.privateKey)],
  ['decryption.keys[0].id', key('dir', secret, { id: '' })],
  ['decryption.keys[0].id', key('dir', secret, { id: 7 })],
  ['decryption.keys[0].kid', key('dir', secret, { kid: 'a' })],
  [
    'decryption.keys',
    {
      decryption: {
        keys: [
          { algorithm: 'dir', key: secret },
          { algorithm: 'dir', key: octets(32) },
        ],
      },
    },
  ],
  [
    'decryption.keys',
    { decryption: { keys: ['a', 'a'].map((id) => ({ algorithm: 'dir', key: octets(32), id })) } },
  ],
])('%s is named', (option, options) => {
  const mistake = mistakeOf(() => verifier(options as never))
  expect(mistake.option).toBe(option)
  expect(mistake.message).not.toMatch(/-----BEGIN|[\w+/-]{32}/)
})

test('a key for each algorithm and id is taken', () => {
  const keys = [
    { algorithm: 'dir', key: secret },
    { algorithm: 'dir', key: octets(32), id: 'a' },
    { algorithm: 'A256GCMKW', key: secret, id: 'a' },
    { algorithm: 'RSA-OAEP-256', key: rsa.privateKey },
    { algorithm: 'ECDH-ES+A256KW', key: ec.privateKey },
  ]
  expect(() => verifier({ decryption: { keys } as never })).not.toThrow()
})
