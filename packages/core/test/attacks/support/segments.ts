import { CLAIMS, encode } from './forge.js'

/** Fills a segment up to a multiple of four, as RFC 4648 section 5 has it. */
export const pad = (segment: string) => segment.padEnd(Math.ceil(segment.length / 4) * 4, '=')

/** An object whose JSON has so many octets more than a multiple of three, so that its base64url lacks 0, 2 or 1. */
export function sized(members: object, remainder: number): object {
  for (const filler of ['', 'x', 'xx', 'xxx', 'xxxx']) {
    const candidate = { ...members, filler }
    if (Buffer.byteLength(JSON.stringify(candidate)) % 3 === remainder) return candidate
  }
  throw new Error('no filler fits')
}
/** Headers and claims whose base64url lacks two, one or no characters. */
export const header1 = encode(sized({ alg: 'ES256' }, 1))
export const header2 = encode(sized({ alg: 'ES256' }, 2))
export const payload1 = encode(sized(CLAIMS, 1))
export const payload2 = encode(sized(CLAIMS, 2))
export const whole = encode(sized(CLAIMS, 0))

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Other last characters that decode to the same octets. */
export function aliases(text: string): readonly string[] {
  const last = ALPHABET.indexOf(text.slice(-1))
  const free = text.length % 4 === 2 ? 16 : text.length % 4 === 3 ? 4 : 1
  return Array.from(
    { length: free - 1 },
    (_, index) => text.slice(0, -1) + (ALPHABET[last + index + 1] ?? ''),
  )
}
