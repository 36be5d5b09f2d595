import { ConfigurationError } from '@portcullis/core'
import { nonEmptyString, readOptions } from '@portcullis/core/internal'
import { createPublicKey } from 'node:crypto'
import { FileError } from '../outcome/file-error.js'
import { readKey, type KeyEncryptionKey, type ReadKey } from './key-encryption-key.js'
import { keyIdOf, unwrapFileKey, wrapFileKey } from './wrapped-key.js'

export interface FileKeysOptions {
  /** The id of the key that new files are wrapped with, and that `rotate` wraps the others with. */
  readonly current: string
  /** All keys that files may still be wrapped with, 1 to 64. */
  readonly keys: readonly KeyEncryptionKey[]
}

/** The key-encryption keys of a vault. What prints or serialises it sees the id of the current one only. */
export interface FileKeys {
  readonly current: string
  /** Wraps with the current key. */
  wrap(fileKey: Uint8Array, file: string): Promise<string>
  /** @throws FileError `key_encryption_key_unknown`, `wrapped_key_invalid` */
  unwrap(wrapped: string, file: string): Promise<Buffer>
}

const MOST_KEYS = 64

/** @throws ConfigurationError */
export function createFileKeys(options: FileKeysOptions): FileKeys {
  const settings = readOptions<{ current: string; keys: ReadonlyMap<string, ReadKey> }>(
    'createFileKeys()',
    options,
    { current: nonEmptyString, keys: readKeys },
  )
  const { current, keys } = settings
  const wrapping = keys.get(current)
  if (wrapping === undefined) throw new ConfigurationError('current', 'expects the id of one of the keys')
  return Object.freeze({
    current,
    wrap: (fileKey: Uint8Array, file: string) => wrapFileKey(wrapping, fileKey, file),
    async unwrap(wrapped: string, file: string) {
      const id = keyIdOf(wrapped)
      const key = typeof id === 'string' ? keys.get(id) : undefined
      if (key === undefined) {
        throw new FileError(typeof id === 'string' ? 'key_encryption_key_unknown' : 'wrapped_key_invalid')
      }
      return unwrapFileKey(key, wrapped, file)
    },
  })
}

function readKeys(value: unknown, option: string): ReadonlyMap<string, ReadKey> {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_KEYS) {
    throw new ConfigurationError(option, 'expects a list of 1 to 64 keys: { id, key }')
  }
  const keys = (value as readonly KeyEncryptionKey[]).map((key, index) =>
    readKey(key, `${option}[${index}]`, (privateKey) => createPublicKey(privateKey)),
  )
  const byId = new Map(keys.map((key) => [key.id, key]))
  if (byId.size < keys.length) throw new ConfigurationError(option, 'names an id twice')
  return byId
}
