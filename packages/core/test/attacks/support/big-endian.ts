/** A non-negative number as exactly so many octets, most significant first. */
export function octetsOf(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex')
}

export function numberOf(octets: Buffer): bigint {
  return BigInt(`0x${octets.toString('hex') || '0'}`)
}

/** The same, least significant first, as Ed25519 has it. */
export function littleEndian(value: bigint, length: number): Buffer {
  return octetsOf(value, length).reverse()
}
