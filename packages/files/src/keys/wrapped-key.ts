import { CompactEncrypt, compactDecrypt } from 'jose'
import { FileError } from '../outcome/file-error.js'
import { FILE_KEY_BYTES } from '../format/parameters.js'
import type { ReadKey } from './key-encryption-key.js'

const ENCRYPTION = 'A256GCM'
/** Far above what we write, so that nothing long is ever taken apart. */
const LONGEST = 2048
const TYPE = 'file-key'

/** What the header of a wrapped key may have, and nothing else: no `zip`, no `p2c`, no `crit`. */
const MEMBERS: Readonly<Record<ReadKey['algorithm'], readonly string[]>> = {
  A256GCMKW: ['alg', 'enc', 'kid', 'typ', 'file', 'iv', 'tag'],
  'ECDH-ES+A256KW': ['alg', 'enc', 'kid', 'typ', 'file', 'epk', 'apu', 'apv'],
}

const bytes = (text: string) => new TextEncoder().encode(text)
const encoded = (text: string) => Buffer.from(text).toString('base64url')

/** Wraps the key of one file, as a JWE (RFC 7516) whose header names the file: it opens no other one. */
export function wrapFileKey(
  { id, algorithm, wrapping }: ReadKey,
  fileKey: Uint8Array,
  file: string,
): Promise<string> {
  const jwe = new CompactEncrypt(fileKey).setProtectedHeader({
    alg: algorithm,
    enc: ENCRYPTION,
    kid: id,
    typ: TYPE,
    file,
  })
  // Who it is from and for goes into the agreed key (RFC 7518 section 4.6.2).
  if (algorithm === 'ECDH-ES+A256KW') {
    jwe.setKeyManagementParameters({ apu: bytes(file), apv: bytes(id) })
  }
  return jwe.encrypt(wrapping)
}

/** @throws FileError `wrapped_key_invalid` for whatever is wrong with it */
export async function unwrapFileKey(key: ReadKey, wrapped: string, file: string): Promise<Buffer> {
  try {
    if (!isOurs(headerOf(wrapped), key, file)) throw new FileError('wrapped_key_invalid')
    const { plaintext } = await compactDecrypt(wrapped, key.unwrapping, {
      keyManagementAlgorithms: [key.algorithm],
      contentEncryptionAlgorithms: [ENCRYPTION],
    })
    if (plaintext.length !== FILE_KEY_BYTES) throw new FileError('wrapped_key_invalid')
    return Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength)
  } catch {
    throw new FileError('wrapped_key_invalid')
  }
}

/** The id of the key that it was wrapped with, not yet authenticated: it only chooses among ours. */
export function keyIdOf(wrapped: string): unknown {
  try {
    return headerOf(wrapped).kid
  } catch {
    return undefined
  }
}

function headerOf(wrapped: string): Readonly<Record<string, unknown>> {
  if (wrapped.length > LONGEST) throw new FileError('wrapped_key_invalid')
  const [header = '', ...parts] = wrapped.split('.')
  if (parts.length !== 4) throw new FileError('wrapped_key_invalid')
  return JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>
}

function isOurs(header: Readonly<Record<string, unknown>>, key: ReadKey, file: string): boolean {
  const members = MEMBERS[key.algorithm]
  const names = Object.keys(header)
  const expected: Readonly<Record<string, string>> = {
    alg: key.algorithm,
    enc: ENCRYPTION,
    kid: key.id,
    typ: TYPE,
    file,
    ...(key.algorithm === 'ECDH-ES+A256KW' ? { apu: encoded(file), apv: encoded(key.id) } : {}),
  }
  return (
    names.length === members.length &&
    names.every((name) => members.includes(name)) &&
    Object.entries(expected).every(([name, value]) => header[name] === value)
  )
}
