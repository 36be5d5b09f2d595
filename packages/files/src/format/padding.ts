/** How many zeros follow the content before it is encrypted. */
export type Padding = 'padme' | 'none'

/**
 * Padmé (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files", 2019): lengths keep as many leading bits
 * as say of their order of magnitude, so that a stored file shows a bucket and costs at most 12 % more.
 */
export function paddedLength(length: number, padding: Padding): number {
  if (padding === 'none' || length < 2) return length
  const exponent = Math.floor(Math.log2(length))
  const kept = Math.floor(Math.log2(exponent)) + 1
  const unit = 2 ** Math.max(0, exponent - kept)
  return Math.ceil(length / unit) * unit
}

const PIECE = 65_536

/** Zeros in pieces, so that padding a large file takes no memory. */
export function* zeros(length: number): Generator<Uint8Array, void, undefined> {
  const piece = new Uint8Array(Math.min(length, PIECE))
  for (let left = length; left > 0; left -= piece.length) yield piece.subarray(0, left)
}
