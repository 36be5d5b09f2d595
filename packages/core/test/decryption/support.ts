import { createSecretKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import type { DecryptionKey, DecryptionOptions } from '../../src/jose/decryption-options.js'
import { token, verifier } from '../attacks/support/forge.js'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const curves = { 'P-256': ec('P-256'), 'P-384': ec('P-384'), 'P-521': ec('P-521') }
const secret = createSecretKey(randomBytes(32))

/** A way to encrypt to the service: what the sender has, and what the service has. */
export interface Way {
  readonly alg: string
  readonly encryptTo: KeyObject
  readonly key: DecryptionKey
}

const way = (alg: DecryptionKey['algorithm'], encryptTo: KeyObject, key: KeyObject): Way => ({
  alg,
  encryptTo,
  key: { algorithm: alg, key },
})

export const WAYS: Readonly<Record<string, Way>> = {
  'RSA-OAEP-256': way('RSA-OAEP-256', rsa.publicKey, rsa.privateKey),
  'ECDH-ES+A256KW on P-256': way('ECDH-ES+A256KW', curves['P-256'].publicKey, curves['P-256'].privateKey),
  'ECDH-ES+A256KW on P-384': way('ECDH-ES+A256KW', curves['P-384'].publicKey, curves['P-384'].privateKey),
  'ECDH-ES+A256KW on P-521': way('ECDH-ES+A256KW', curves['P-521'].publicKey, curves['P-521'].privateKey),
  A256GCMKW: way('A256GCMKW', secret, secret),
  dir: way('dir', secret, secret),
}

/** The cheapest way, where it is not the point. */
export const DIR = WAYS.dir!
export const RSA = WAYS['RSA-OAEP-256']!

/** Encrypts as the sender does; `header` is beside and over what is needed. */
export async function encrypt(
  plaintext: string | Uint8Array,
  { alg, encryptTo }: Pick<Way, 'alg' | 'encryptTo'> = DIR,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const octets = typeof plaintext === 'string' ? Buffer.from(plaintext) : plaintext
  return new CompactEncrypt(octets)
    .setProtectedHeader({ alg, enc: 'A256GCM', cty: 'JWT', ...header })
    .encrypt(encryptTo)
}

/** A verifier of tokens that are encrypted in this way. */
export function opening(
  keys: readonly DecryptionKey[] = [DIR.key],
  options: Partial<DecryptionOptions> = {},
) {
  return verifier({ decryption: { keys, ...options } })
}

/** The signed token inside all others. */
export const SIGNED = token()
