import { ConfigurationError } from '@portcullis/core'
import { KeyObject } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import type { OptionReader } from '@portcullis/core/internal'

/** The public key of a service whose tokens are encrypted (RFC 7516, nested as RFC 7519 section 5.2 has it). */
export interface EncryptionKey {
  readonly algorithm: 'RSA-OAEP-256' | 'ECDH-ES+A256KW'
  /** RSA of at least 2048 bits, or P-256, P-384 or P-521. */
  readonly key: KeyObject
  /** The key id that the service knows it by. */
  readonly id?: string
}

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1']

const FITS: ReadonlyMap<string, (key: KeyObject) => boolean> = new Map([
  [
    'RSA-OAEP-256',
    (key: KeyObject) =>
      key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048,
  ],
  ['ECDH-ES+A256KW', (key: KeyObject) => CURVES.includes(key.asymmetricKeyDetails?.namedCurve ?? '')],
])

/** Reads the `encryption` option: a key for each audience. */
export const encryptionKeys: OptionReader<ReadonlyMap<string, EncryptionKey>> = (value, option) => {
  if (typeof value !== 'object' || value === null) {
    throw new ConfigurationError(option, "expects { 'audience': { algorithm, key } }")
  }
  const keys = new Map<string, EncryptionKey>()
  for (const [audience, given] of Object.entries(value as Record<string, EncryptionKey | undefined>)) {
    const fits = FITS.get(given?.algorithm ?? '')
    if (
      given === undefined ||
      fits === undefined ||
      !(given.key instanceof KeyObject) ||
      given.key.type !== 'public' ||
      !fits(given.key)
    ) {
      throw new ConfigurationError(
        `${option}.${audience}`,
        `expects an algorithm of ${[...FITS.keys()].join(', ')} and a public KeyObject that fits it`,
      )
    }
    keys.set(audience, Object.freeze({ ...given }))
  }
  return keys
}

/** A signed token, encrypted with A256GCM for the one who holds the private key. */
export function encryptToken(token: string, { algorithm, key, id }: EncryptionKey): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader({
      alg: algorithm,
      enc: 'A256GCM',
      cty: 'at+jwt',
      ...(id === undefined ? {} : { kid: id }),
    })
    .encrypt(key)
}
