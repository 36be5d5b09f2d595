import { KeyObject } from 'node:crypto'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { readOptions, type OptionReader } from '../options/read-options.js'
import { boolean, nonEmptyString, optional } from '../options/readers.js'

/** How the content key of an encrypted token reaches us (RFC 7518 section 4). */
export type KeyManagementName = 'RSA-OAEP-256' | 'ECDH-ES+A256KW' | 'A256GCMKW' | 'dir'

/** A key that opens encrypted tokens, and the one algorithm that it is for. */
export interface DecryptionKey {
  readonly algorithm: KeyManagementName
  /** A private key (RSA from 2048 bits, P-256, P-384, P-521) or 32 secret bytes, as node:crypto has them. */
  readonly key: KeyObject
  /** The key id that tokens name; a key without one serves tokens that name none of the others. */
  readonly id?: string
}

/** How encrypted tokens (RFC 7516) are opened. What is inside must be a signed token, and is verified like any other. */
export interface DecryptionOptions {
  readonly keys: readonly DecryptionKey[]
  /** Whether a token that is not encrypted is refused; default true. */
  readonly required?: boolean
}

export interface CheckedKey {
  readonly algorithm: KeyManagementName
  readonly key: KeyObject
  readonly id: string | undefined
}

export interface DecryptionSettings {
  /** No two of one algorithm and one id, or of one algorithm and none. */
  readonly keys: readonly CheckedKey[]
  readonly required: boolean
}

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1']
const isSecret = (key: KeyObject) => key.type === 'secret' && key.symmetricKeySize === 32

/** Which key fits which algorithm. */
const FITS: ReadonlyMap<string, readonly [fits: (key: KeyObject) => boolean, expected: string]> = new Map([
  [
    'RSA-OAEP-256',
    [
      (key: KeyObject) =>
        key.type === 'private' &&
        key.asymmetricKeyType === 'rsa' &&
        (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048,
      'an RSA private key of at least 2048 bits',
    ],
  ],
  [
    'ECDH-ES+A256KW',
    [
      (key: KeyObject) =>
        key.type === 'private' && CURVES.includes(key.asymmetricKeyDetails?.namedCurve ?? ''),
      'a private key on P-256, P-384 or P-521',
    ],
  ],
  ['A256GCMKW', [isSecret, 'a secret key of 32 bytes']],
  ['dir', [isSecret, 'a secret key of 32 bytes']],
])

const algorithm: OptionReader<KeyManagementName> = (value, option) => {
  if (typeof value === 'string' && FITS.has(value)) return value as KeyManagementName
  throw new ConfigurationError(option, `expects one of ${[...FITS.keys()].join(', ')}`)
}

function readKey(given: unknown, option: string): CheckedKey {
  const read = readOptions<CheckedKey>(
    option,
    given,
    {
      algorithm,
      key(value, name) {
        if (value instanceof KeyObject) return value
        throw new ConfigurationError(name, 'expects a KeyObject, made by createPrivateKey or createSecretKey')
      },
      id: optional(nonEmptyString, undefined),
    },
    `${option}.`,
  )
  const [fits, expected] = FITS.get(read.algorithm) ?? [() => false, '']
  if (fits(read.key)) return read
  throw new ConfigurationError(`${option}.key`, `does not fit ${read.algorithm}, which needs ${expected}`)
}

/** Reads the `decryption` option. */
export const readDecryption: OptionReader<DecryptionSettings> = (value, option) =>
  readOptions<DecryptionSettings>(
    option,
    value,
    {
      keys(keys, name) {
        if (!Array.isArray(keys) || keys.length === 0 || keys.length > 100) {
          throw new ConfigurationError(name, 'expects a list of 1 to 100 keys, { algorithm, key }')
        }
        const read = keys.map((key: unknown, index) => readKey(key, `${name}[${index}]`))
        if (new Set(read.map(({ algorithm, id }) => JSON.stringify([algorithm, id]))).size < read.length) {
          throw new ConfigurationError(name, 'has two keys of one algorithm that no id tells apart')
        }
        return Object.freeze(read)
      },
      required: optional(boolean, true),
    },
    `${option}.`,
  )
