import { ConfigurationError } from '@portcullis/core'
import { createSecretKey, KeyObject } from 'node:crypto'

/** A key that wraps the keys of files. It never leaves the server. */
export interface KeyEncryptionKey {
  /** Names it in wrapped keys: 1 to 64 letters, digits, `.`, `_` and `-`. Never used again for another key. */
  readonly id: string
  /** `A256GCMKW` with a secret of 32 bytes (default), or `ECDH-ES+A256KW` with a private key on P-256, P-384 or P-521. */
  readonly algorithm?: 'A256GCMKW' | 'ECDH-ES+A256KW'
  /** 32 random bytes, or a KeyObject that holds them; for `ECDH-ES+A256KW` a private KeyObject. */
  readonly key: Uint8Array | KeyObject
}

/** The same, checked; one KeyObject for each direction. */
export interface ReadKey {
  readonly id: string
  readonly algorithm: 'A256GCMKW' | 'ECDH-ES+A256KW'
  readonly wrapping: KeyObject
  readonly unwrapping: KeyObject
}

const ID = /^[A-Za-z0-9._-]{1,64}$/
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1']
const SECRET_BYTES = 32
const NOTHING: Partial<KeyEncryptionKey> = {}

/** @throws ConfigurationError */
export function readKey(given: KeyEncryptionKey, option: string, publicKeyOf: (key: KeyObject) => KeyObject) {
  const { id, algorithm = 'A256GCMKW', key } = (given as KeyEncryptionKey | null | undefined) ?? NOTHING
  if (typeof id !== 'string' || !ID.test(id)) {
    throw new ConfigurationError(`${option}.id`, 'expects 1 to 64 letters, digits, ., _ and -')
  }
  if (algorithm === 'A256GCMKW') {
    const secret = key instanceof Uint8Array ? createSecretKey(key) : key
    if (secret instanceof KeyObject && secret.type === 'secret' && secret.symmetricKeySize === SECRET_BYTES) {
      return Object.freeze<ReadKey>({ id, algorithm, wrapping: secret, unwrapping: secret })
    }
    throw new ConfigurationError(`${option}.key`, 'expects 32 random bytes')
  }
  if ((algorithm as string) !== 'ECDH-ES+A256KW') {
    throw new ConfigurationError(`${option}.algorithm`, 'expects A256GCMKW or ECDH-ES+A256KW')
  }
  if (key instanceof KeyObject && key.type === 'private') {
    if (CURVES.includes(key.asymmetricKeyDetails?.namedCurve ?? '')) {
      return Object.freeze<ReadKey>({ id, algorithm, wrapping: publicKeyOf(key), unwrapping: key })
    }
  }
  throw new ConfigurationError(`${option}.key`, 'expects a private KeyObject on P-256, P-384 or P-521')
}
