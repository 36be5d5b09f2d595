import { createVerifier, type Verifier } from '../../../src/verifier.js'
import type { SingleIssuerOptions } from '../../../src/options/verifier-options.js'
import { keyOf, type Sign, type TestKey } from './keys.js'

export const NOW = 1_800_000_000
export const ISSUER = 'https://id.example.com'
export const AUDIENCE = 'orders-api'
export const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'user-1', iat: NOW - 60, exp: NOW + 600 }

/** The cheapest key to sign with, where the algorithm is not the point. */
export const KEY = keyOf('ES256')

/** A verifier that believes {@link KEY}, but for what is given here. */
export function verifier(options: Partial<SingleIssuerOptions> = {}): Verifier {
  return createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: KEY.source,
    clock: () => NOW,
    ...options,
  })
}

/** Octets and text as they are, anything else as its JSON. */
export function encode(part: unknown): string {
  const octets = Buffer.isBuffer(part)
    ? part
    : Buffer.from(typeof part === 'string' ? part : JSON.stringify(part))
  return octets.toString('base64url')
}

/** Signs segments as they are, however oddly they were encoded. */
export function signSegments(header: string, payload: string, sign: Sign = KEY.sign): string {
  const input = `${header}.${payload}`
  return `${input}.${sign(input).toString('base64url')}`
}

/** A token with a good signature over whatever header and payload it is given. */
export function sealed(header: unknown, payload: unknown, sign: Sign = KEY.sign): string {
  return signSegments(encode(header), encode(payload), sign)
}

/** A good token, but for the members given here; `undefined` leaves one out. */
export function token(claims: object = {}, header: object = {}, key: TestKey = KEY): string {
  return sealed({ alg: key.alg, ...header }, { ...CLAIMS, ...claims }, key.sign)
}

/** The three segments of a token. */
export function segments(text: string): [header: string, payload: string, signature: string] {
  const [header = '', payload = '', signature = ''] = text.split('.')
  return [header, payload, signature]
}

/** The same token with another signature. */
export function withSignature(text: string, signature: Buffer): string {
  return `${text.slice(0, text.lastIndexOf('.') + 1)}${signature.toString('base64url')}`
}

export function signatureOf(text: string): Buffer {
  return Buffer.from(segments(text)[2], 'base64url')
}
