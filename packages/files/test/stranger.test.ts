import { createFileKeys } from '@portcullis/files'
import { createDecipheriv, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { createBench, put, read } from './support/bench.ts'

/*
 * A reader written from docs/files.md alone, "The format", by somebody who has node:crypto and nothing of ours.
 */
const bytes = (text: string) => Buffer.from(text, 'base64url')

function gcm(
  key: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
  aad = Buffer.alloc(0),
) {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  decipher.setAAD(aad).setAuthTag(tag)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}

const hkdf = (input: Uint8Array, salt: Uint8Array, info: string) =>
  Buffer.from(hkdfSync('sha256', input, salt, info, 32))
const NO_SALT = Buffer.alloc(0)

function fileKeyOf(wrapped: string, keyEncryptionKey: Uint8Array): Buffer {
  const [header = '', encryptedKey = '', nonce = '', ciphertext = '', tag = ''] = wrapped.split('.')
  const { iv, tag: keyTag } = JSON.parse(bytes(header).toString()) as { iv: string; tag: string }
  const contentKey = gcm(keyEncryptionKey, bytes(iv), bytes(encryptedKey), bytes(keyTag))
  return gcm(contentKey, bytes(nonce), bytes(ciphertext), bytes(tag), Buffer.from(header))
}

function manifestOf(jwe: string, fileKey: Uint8Array, id: string, signedBy: object) {
  const [header = '', , nonce = '', ciphertext = '', tag = ''] = jwe.split('.')
  const key = hkdf(fileKey, NO_SALT, `portcullis-file/1 manifest ${id}`)
  const jwt = gcm(key, bytes(nonce), bytes(ciphertext), bytes(tag), Buffer.from(header)).toString()
  const [jwsHeader = '', payload = '', signature = ''] = jwt.split('.')
  const publicKey = createPublicKey({ key: signedBy as never, format: 'jwk' })
  const signed = Buffer.from(`${jwsHeader}.${payload}`)
  expect(verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes(signature))).toBe(true)
  expect(JSON.parse(bytes(jwsHeader).toString())).toMatchObject({ alg: 'ES256', typ: 'file-manifest+jwt' })
  return JSON.parse(bytes(payload).toString()) as {
    sub: string
    name: string
    type: string
    size: number
    padded_size: number
    algorithm: string
    segment_bytes: number
    header: string
    commitment: string
  }
}

function contentOf(ciphertext: Buffer, fileKey: Buffer, manifest: ReturnType<typeof manifestOf>): Buffer {
  const { sub: id, segment_bytes: S, padded_size: L, size } = manifest
  expect(manifest.algorithm).toBe('AES256_GCM_HKDF')
  expect(hkdf(fileKey, NO_SALT, `portcullis-file/1 commitment ${id}`)).toEqual(bytes(manifest.commitment))
  const header = ciphertext.subarray(0, 40)
  expect(header[0]).toBe(40)
  expect(header).toEqual(bytes(manifest.header))
  const segments = 1 + Math.max(0, Math.ceil((L - (S - 56)) / (S - 16)))
  expect(ciphertext.length).toBe(40 + L + 16 * segments)
  const key = hkdf(fileKey, header.subarray(1, 33), `portcullis-file/1 content ${id}`)
  const pieces = Array.from({ length: segments }, (_, segment) => {
    const stored = ciphertext.subarray(segment === 0 ? 40 : segment * S, (segment + 1) * S)
    const nonce = Buffer.alloc(12)
    header.copy(nonce, 0, 33)
    nonce.writeUInt32BE(segment, 7)
    nonce[11] = segment === segments - 1 ? 1 : 0
    return gcm(key, nonce, stored.subarray(0, -16), stored.subarray(-16))
  })
  const padded = Buffer.concat(pieces)
  expect(padded.subarray(size).every((byte) => byte === 0)).toBe(true)
  return padded.subarray(0, size)
}

test.each([0, 1, 968, 969, 1976, 1977, 50_000])(
  'a stranger reads %i bytes by the description',
  async (length) => {
    const keyEncryptionKey = randomBytes(32)
    const keys = createFileKeys({ current: 'kek', keys: [{ id: 'kek', key: keyEncryptionKey }] })
    const bench = await createBench({ keys, segmentBytes: 1024 })
    const content = randomBytes(length)
    const { id, content: name, manifest: jwe } = await put(bench, content)
    const { wrappedKey, signedBy, manifest: besides } = (await bench.catalog.find(id))!
    const ciphertext = await read({ stream: bench.blobs.read(name, { start: 0, end: 1e9 }) })
    expect((await read({ stream: bench.blobs.read(besides, { start: 0, end: 1e9 }) })).toString()).toBe(jwe)

    const fileKey = fileKeyOf(wrappedKey, keyEncryptionKey)
    const manifest = manifestOf(jwe, fileKey, id, signedBy)
    expect(manifest).toMatchObject({ sub: id, name: 'report.pdf', type: 'application/pdf', size: length })
    expect(contentOf(ciphertext, fileKey, manifest).equals(content)).toBe(true)
  },
)
