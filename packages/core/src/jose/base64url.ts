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
