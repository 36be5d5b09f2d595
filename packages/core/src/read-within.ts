/**
 * The bytes of a body, or undefined where there are more than so many; what is left is then not read, and its sender is
 * told so.
 */
export async function readWithin(
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
