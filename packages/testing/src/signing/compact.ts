import { types } from 'node:util'

/** What becomes a part of a token: octets and text as they are, an object as its JSON. */
export type TokenPart = string | Uint8Array | object

/** Makes a signature of the signing input. */
export type Signer = (signingInput: string) => Uint8Array

/** Base64url without padding (RFC 7515 section 2). */
export function base64url(part: TokenPart): string {
  if (types.isUint8Array(part)) return Buffer.from(part).toString('base64url')
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}

/** Joins segments that are encoded already, however oddly, and signs exactly that text. */
export function signSegments(header: string, payload: string, sign: Signer): string {
  const signingInput = `${header}.${payload}`
  return `${signingInput}.${base64url(sign(signingInput))}`
}

/** A signed token in compact serialisation (RFC 7515 section 7.1). */
export function compact(header: TokenPart, payload: TokenPart, sign: Signer): string {
  return signSegments(base64url(header), base64url(payload), sign)
}
