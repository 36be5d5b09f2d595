/** @returns the octets, or undefined when the text is not canonical */
export type Base64urlDecoder = (text: string) => Buffer | undefined

/**
 * Decodes base64url as RFC 7515 section 2 has it, and only its canonical form: no padding, no other alphabet,
 * no white space, no stray bits in the last character (RFC 4648 section 3.5).
 *
 * Node's decoder skips what it does not know, so the text is held against what its bytes encode to.
 *
 * @returns the octets, or undefined when the text is not canonical
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64url')
  return octets.toString('base64url') === text ? octets : undefined
}

/**
 * The same with the padding of RFC 4648 section 5: exactly as many `=` as make the length a multiple of four. Only
 * for senders that are known to pad, in spite of RFC 7515 section 2.
 *
 * @returns the octets, or undefined when the text is not canonical or not padded
 */
export function decodePaddedBase64url(text: string): Buffer | undefined {
  return text.length % 4 === 0 ? decodeBase64url(text.replace(/={1,2}$/, '')) : undefined
}
