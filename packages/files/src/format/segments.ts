import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto'
import { FileError } from '../outcome/file-error.js'
import type { Header } from './header.js'
import { NONCE_BYTES, NONCE_PREFIX_BYTES, TAG_BYTES, type FormatParameters } from './parameters.js'

/** Encrypts and decrypts single segments of one file. */
export interface SegmentCipher {
  /** The stored form in pieces: ciphertext and tag. */
  seal(segment: number, isLast: boolean, content: readonly Uint8Array[]): Buffer[]
  /**
   * The content in pieces, once its tag has been checked and never before.
   *
   * @throws FileError `segment_invalid`
   */
  open(segment: number, isLast: boolean, ciphertext: readonly Uint8Array[], tag: Uint8Array): Buffer[]
}

/** @param associatedData what the ciphertext belongs to; it goes into the key, so that every segment is bound to it */
export function createSegmentCipher(
  parameters: FormatParameters,
  fileKey: Uint8Array,
  header: Header,
  associatedData: Uint8Array,
): SegmentCipher {
  const { hash, derivedKeyBytes } = parameters
  const derived = Buffer.from(hkdfSync(hash, fileKey, header.salt, associatedData, derivedKeyBytes))
  const key = createSecretKey(derived)
  derived.fill(0)
  const algorithm = derivedKeyBytes === 16 ? 'aes-128-gcm' : 'aes-256-gcm'
  // Without it Node takes tags of 4 bytes too.
  const options = { authTagLength: TAG_BYTES }

  const nonceOf = (segment: number, isLast: boolean) => {
    const nonce = Buffer.alloc(NONCE_BYTES)
    header.noncePrefix.copy(nonce)
    nonce.writeUInt32BE(segment, NONCE_PREFIX_BYTES)
    nonce[NONCE_BYTES - 1] = isLast ? 1 : 0
    return nonce
  }
  return {
    seal(segment, isLast, content) {
      const cipher = createCipheriv(algorithm, key, nonceOf(segment, isLast), options)
      const pieces = content.map((bytes) => cipher.update(bytes))
      cipher.final()
      pieces.push(cipher.getAuthTag())
      return pieces
    },
    open(segment, isLast, ciphertext, tag) {
      if (tag.length !== TAG_BYTES) throw new FileError('segment_invalid')
      const decipher = createDecipheriv(algorithm, key, nonceOf(segment, isLast), options)
      decipher.setAuthTag(tag)
      const content = ciphertext.map((bytes) => decipher.update(bytes))
      try {
        decipher.final()
      } catch {
        for (const bytes of content) bytes.fill(0)
        // The failure of OpenSSL says no more than this does.
        throw new FileError('segment_invalid')
      }
      return content
    },
  }
}
