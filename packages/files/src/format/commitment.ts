import { hkdfSync, timingSafeEqual } from 'node:crypto'
import { FileError } from '../outcome/file-error.js'

const COMMITMENT_BYTES = 32

/** What a ciphertext and its keys belong to: the format, and the id of the file. */
export const contextOf = (purpose: 'content' | 'manifest' | 'commitment', id: string): Buffer =>
  Buffer.from(`portcullis-file/1 ${purpose} ${id}`)

/**
 * Ties a file to one key. AES-GCM alone does not: a ciphertext can be made that two keys decrypt, each to something
 * else. HKDF with SHA-256 gives no two keys with one commitment.
 */
export function commitmentTo(fileKey: Uint8Array, id: string): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, '', contextOf('commitment', id), COMMITMENT_BYTES))
}

/** @throws FileError `key_commitment_mismatch` */
export function checkCommitment(fileKey: Uint8Array, id: string, commitment: Uint8Array): void {
  const own = commitmentTo(fileKey, id)
  if (commitment.length === own.length && timingSafeEqual(own, commitment)) return
  throw new FileError('key_commitment_mismatch')
}
