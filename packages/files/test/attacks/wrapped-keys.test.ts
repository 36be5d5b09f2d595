import { createFileKeys } from '@portcullis/files'
import { CompactEncrypt, FlattenedEncrypt } from 'jose'
import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { inspect } from 'node:util'

const FILE = 'AAAAAAAAAAAAAAAAAAAAAA'
const secretBytes = randomBytes(32)
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keys = createFileKeys({
  current: 'secret',
  keys: [
    { id: 'secret', key: secretBytes },
    { id: 'pair', algorithm: 'ECDH-ES+A256KW', key: privateKey },
  ],
})
const pairs = createFileKeys({
  current: 'pair',
  keys: [{ id: 'pair', algorithm: 'ECDH-ES+A256KW', key: privateKey }],
})
const fileKey = randomBytes(32)
const bytes = (text: string) => new TextEncoder().encode(text)

const ours = { alg: 'A256GCMKW', enc: 'A256GCM', kid: 'secret', typ: 'file-key', file: FILE }
const wrap = (header: object, key: KeyObject | Uint8Array = secretBytes, plaintext: Uint8Array = fileKey) =>
  new CompactEncrypt(plaintext).setProtectedHeader(header as typeof ours).encrypt(key)
const refused = async (wrapped: string | Promise<string>, code = 'wrapped_key_invalid') => {
  await expect(keys.unwrap(await wrapped, FILE)).rejects.toMatchObject({ code })
}
/** Changes the header only: what it says is authenticated, and looked at before. */
const relabel = (wrapped: string, change: object) => {
  const [header = '', ...rest] = wrapped.split('.')
  const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
  return [Buffer.from(JSON.stringify({ ...members, ...change })).toString('base64url'), ...rest].join('.')
}

test.each([
  ['A256GCMKW', keys],
  ['ECDH-ES+A256KW', pairs],
])('a key that was wrapped by %s comes back for its file, and for no other', async (_, by) => {
  const wrapped = await by.wrap(fileKey, FILE)
  expect((await keys.unwrap(wrapped, FILE)).equals(fileKey)).toBe(true)
  await expect(keys.unwrap(wrapped, 'BBBBBBBBBBBBBBBBBBBBBA')).rejects.toMatchObject({
    code: 'wrapped_key_invalid',
  })
})

test('a header of another form is refused before a key is touched: zip, p2c, dir, RSA1_5, other enc, crit, 310', async () => {
  await refused(wrap({ ...ours, extra: true }))
  await refused(wrap({ ...ours, enc: 'A128GCM' }))
  await refused(wrap({ ...ours, enc: 'A256CBC-HS512' }))
  await refused(wrap({ ...ours, alg: 'dir' }))
  await refused(wrap({ ...ours, typ: 'JWT' }))
  await refused(wrap({ ...ours, file: 'BBBBBBBBBBBBBBBBBBBBBA' }))
  await refused(wrap({ ...ours, alg: 'A256KW' }))
  const wrapped = await keys.wrap(fileKey, FILE)
  for (const change of [
    { zip: 'DEF' },
    { crit: ['b64'], b64: false },
    { alg: 'PBES2-HS256+A128KW', p2c: 2_000_000_000, p2s: 'AAAA' },
    { alg: 'RSA1_5' },
    { alg: 'dir' },
    { iv: 'AAAA' },
    { tag: 'AAAA' },
    { tag: 'AAAAAA' },
  ]) {
    await refused(relabel(wrapped, change))
  }
  await refused(wrap(ours, secretBytes, randomBytes(16)))
  await refused(wrap(ours, secretBytes, randomBytes(64)))
  await refused(wrap(ours, randomBytes(32)))
})

test('what is no JWE, or a very long one, is refused, 310', async () => {
  for (const text of [
    '',
    '....',
    'a.b.c.d',
    'e30.a.b.c.d',
    `${'A'.repeat(100_000)}.a.b.c.d`,
    '{"a":1}',
    'bnVsbA.a.b.c.d',
  ]) {
    await refused(text)
  }
  await refused(relabel(await keys.wrap(fileKey, FILE), { kid: 'gone' }), 'key_encryption_key_unknown')
  await refused(relabel(await keys.wrap(fileKey, FILE), { kid: ['secret'] }))
})

test('every part of a wrapped key is authenticated: any character changed is refused, 310', async () => {
  for (const by of [keys, pairs]) {
    const wrapped = await by.wrap(fileKey, FILE)
    for (let at = 0; at < wrapped.length; at += 7) {
      if (wrapped[at] === '.') continue
      const other = wrapped[at] === 'A' ? 'Q' : 'A'
      const changed = wrapped.slice(0, at) + other + wrapped.slice(at + 1)
      await expect(keys.unwrap(changed, FILE)).rejects.toHaveProperty('name', 'FileError')
    }
  }
})

test('an agreed key is bound to sender and recipient, and to a sound ephemeral key, 309', async () => {
  const header = { ...ours, alg: 'ECDH-ES+A256KW', kid: 'pair' }
  const agreed = (apu: string | undefined, apv: string | undefined) =>
    new CompactEncrypt(fileKey)
      .setProtectedHeader(header)
      .setKeyManagementParameters({
        ...(apu === undefined ? {} : { apu: bytes(apu) }),
        ...(apv === undefined ? {} : { apv: bytes(apv) }),
      })
      .encrypt(publicKey)
  expect((await keys.unwrap(await agreed(FILE, 'pair'), FILE)).equals(fileKey)).toBe(true)
  await refused(agreed(undefined, undefined))
  await refused(agreed(FILE, undefined))
  await refused(agreed('BBBBBBBBBBBBBBBBBBBBBA', 'pair'))
  await refused(agreed(FILE, 'secret'))

  const wrapped = await pairs.wrap(fileKey, FILE)
  const zeros = Buffer.alloc(32).toString('base64url')
  const x25519 = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })
  for (const epk of [
    { kty: 'EC', crv: 'P-256', x: zeros, y: zeros },
    { kty: 'EC', crv: 'P-256', x: randomBytes(32).toString('base64url'), y: zeros },
    { kty: 'EC', crv: 'P-384', x: zeros, y: zeros },
    { kty: 'OKP', crv: 'X25519', x: zeros },
    x25519,
    { kty: 'oct', k: zeros },
    'none',
    null,
  ]) {
    await refused(relabel(wrapped, { epk }))
  }
})

test('recipients of a general JWE are none, 309', async () => {
  const flattened = await new FlattenedEncrypt(fileKey).setProtectedHeader(ours).encrypt(secretBytes)
  await refused(JSON.stringify(flattened))
})

test('keys that are too weak are refused when the vault is made', () => {
  const given = (key: unknown, algorithm?: string) => () =>
    createFileKeys({ current: 'one', keys: [{ id: 'one', key, algorithm } as never] })
  expect(given(randomBytes(16))).toThrow(/^keys\[0\]\.key: /)
  expect(given('x'.repeat(32))).toThrow(/^keys\[0\]\.key: /)
  expect(given(createSecretKey(randomBytes(64)))).toThrow(/^keys\[0\]\.key: /)
  expect(given(publicKey, 'ECDH-ES+A256KW')).toThrow(/^keys\[0\]\.key: /)
  expect(given(generateKeyPairSync('x25519').privateKey, 'ECDH-ES+A256KW')).toThrow(/^keys\[0\]\.key: /)
  expect(given(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, 'ECDH-ES+A256KW')).toThrow(
    /^keys\[0\]\.key: /,
  )
  expect(given(randomBytes(32), 'RSA1_5')).toThrow(/^keys\[0\]\.algorithm: /)
  const twice = [
    { id: 'one', key: randomBytes(32) },
    { id: 'one', key: randomBytes(32) },
  ]
  expect(() => createFileKeys({ current: 'one', keys: twice })).toThrow(/names an id twice/)
  expect(() => createFileKeys({ current: 'two', keys: [twice[0]!] })).toThrow(/^current: /)
  expect(() => createFileKeys({ current: 'one', keys: [{ id: '../one', key: randomBytes(32) }] })).toThrow(
    /id: /,
  )
})

test('neither printing nor serialising keys shows them, 315', () => {
  const shown = `${inspect(keys, { depth: 9, showHidden: true })} ${JSON.stringify(keys)}`
  expect(shown).not.toContain(secretBytes.toString('hex'))
  expect(shown).not.toContain(secretBytes.toString('base64url'))
  const jwk = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })).export({ format: 'jwk' })
  expect(shown).not.toContain(String(jwk.d))
  expect(createPublicKey(privateKey).type).toBe('public')
})
