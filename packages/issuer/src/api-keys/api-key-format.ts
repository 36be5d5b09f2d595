import { createHash, randomBytes } from 'node:crypto'

/*
 * prefix_ID·SECRET·CHECK: letters and digits only after the prefix, so that a double click selects the key, and of
 * fixed lengths. The checksum lets scanners of leaked secrets tell keys from look-alikes, and typing errors be refused
 * without a look into the store.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID = { bytes: 16, characters: 22 }
const SECRET = { bytes: 32, characters: 43 }
const CHECK_CHARACTERS = 6
const BODY = new RegExp(`^[${ALPHABET}]{${ID.characters + SECRET.characters + CHECK_CHARACTERS}}$`)

export interface ApiKeyParts {
  readonly id: string
  readonly secret: string
}

export function newApiKey(prefix: string): ApiKeyParts & { readonly key: string } {
  const id = base62(randomBytes(ID.bytes), ID.characters)
  const secret = base62(randomBytes(SECRET.bytes), SECRET.characters)
  return { id, secret, key: `${prefix}_${id}${secret}${checksum(prefix, id + secret)}` }
}

/** Undefined for what is no key of this prefix, or was not copied whole. */
export function parseApiKey(prefix: string, key: string): ApiKeyParts | undefined {
  if (!key.startsWith(`${prefix}_`)) return undefined
  const body = key.slice(prefix.length + 1)
  const parts = body.slice(0, -CHECK_CHARACTERS)
  if (!BODY.test(body) || checksum(prefix, parts) !== body.slice(-CHECK_CHARACTERS)) return undefined
  return { id: parts.slice(0, ID.characters), secret: parts.slice(ID.characters) }
}

function checksum(prefix: string, parts: string): string {
  const digest = createHash('sha256').update(`${prefix}_${parts}`).digest()
  return base62(digest.subarray(0, 4), CHECK_CHARACTERS)
}

function base62(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  for (let at = 0; at < length; at++) {
    text = (ALPHABET[Number(rest % 62n)] ?? '') + text
    rest /= 62n
  }
  return text
}
