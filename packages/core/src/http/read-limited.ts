/**
 * Reads a body of at most `limit` octets.
 *
 * @param limit octets
 * @returns the octets, or undefined when there are more; the rest is then not read, and the stream is cancelled
 */
export async function readLimited(
  limit: number,
  body: AsyncIterable<Uint8Array> | null | undefined,
): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}
