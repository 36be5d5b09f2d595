import { createPublicKey } from 'node:crypto'

/** PEM, SSH, PGP, JWK and XML, in whatever encoding of text. */
const KEY_TEXT = /---- ?BEGIN |(?:^|\s)(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)|["']kty["']\s*:|<RSAKeyValue>/
/** What an SSH key begins with in its own encoding: a length, and its type (RFC 4253 section 6.6). */
const SSH_OCTETS = /^\0\0\0[\x07-\x2a](?:ssh-|ecdsa-|sk-)/
const BASE64 = /^[A-Za-z0-9+/_-]{16,}={0,2}$/
const HEXADECIMAL = /^(?:0x)?((?:[0-9a-f]{2}){16,})$/i

/**
 * Whether octets are a public key, a private key or a certificate in one of the spellings in which it is likely to be
 * pasted where a shared secret belongs: whoever knows the public key could then make tokens. A bare modulus or
 * Ed25519 point cannot be told from random octets.
 */
export function resemblesKey(octets: Uint8Array): boolean {
  return spellings(Buffer.from(octets)).some(
    (spelling) =>
      KEY_TEXT.test(textOf(spelling)) ||
      SSH_OCTETS.test(spelling.toString('latin1')) ||
      isKeyObject(textOf(spelling)) ||
      isDer(spelling) ||
      isPoint(spelling),
  )
}

/** The octets as they are, and decoded where they are text of base64 or hexadecimal digits. */
function spellings(octets: Buffer): readonly Buffer[] {
  const text = textOf(octets).replace(/\\[nr]|[\s:"',]/g, '')
  const digits = HEXADECIMAL.exec(text)?.[1]
  return [
    octets,
    ...(BASE64.test(text) ? [Buffer.from(text, 'base64')] : []),
    ...(digits === undefined ? [] : [Buffer.from(digits, 'hex')]),
  ]
}

/** Without byte order mark and, for UTF-16, without every second octet. */
function textOf(octets: Buffer): string {
  return octets
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '')
}

/** A JWK or a JWKS, its names escaped or not. */
function isKeyObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return (
      typeof value === 'object' &&
      value !== null &&
      ['kty', 'keys'].some((name) => Object.hasOwn(value, name))
    )
  } catch {
    return false
  }
}

/** DER of a key or certificate: a sequence that is as long as it says, of a sequence or a number and more. */
function isDer(octets: Buffer): boolean {
  const [tag, first = 0, second = 0, third = 0] = octets
  const [start, length] =
    first < 0x80
      ? [2, first]
      : first === 0x81
        ? [3, second]
        : first === 0x82
          ? [4, second * 256 + third]
          : [0, 0]
  const rest = octets.subarray(start + length).toString('latin1')
  const isSequence = tag === 0x30 && start > 0 && octets.length >= start + length && rest.trim() === ''
  return isSequence && (octets[start] === 0x30 || octets[start] === 0x02)
}

const POINTS: readonly (readonly [length: number, curve: string])[] = [
  [65, 'P-256'],
  [97, 'P-384'],
  [133, 'P-521'],
]

/** An uncompressed point that is on the curve (SEC 1 section 2.3.3). */
function isPoint(octets: Buffer): boolean {
  const curve = POINTS.find(([length]) => length === octets.length)?.[1]
  if (curve === undefined || octets[0] !== 4) return false
  const half = (octets.length + 1) / 2
  const [x = '', y = ''] = [octets.subarray(1, half), octets.subarray(half)].map((part) =>
    part.toString('base64url'),
  )
  try {
    createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: curve, x, y } })
    return true
  } catch {
    return false
  }
}
