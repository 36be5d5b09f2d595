/** Why a key may not verify anything; constant words for diagnostics and start-up messages, never key material. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused'
}
