/**
 * The streaming encryption that Tink publishes as AES-GCM-HKDF, with a key of 32 bytes, HKDF with SHA-256 and derived
 * keys of 32 bytes (`AES256_GCM_HKDF`). docs/files.md describes it for whoever writes a reader.
 */
export interface FormatParameters {
  readonly hash: 'sha1' | 'sha256' | 'sha512'
  readonly derivedKeyBytes: 16 | 32
  /** Bytes of a segment as it is stored, tag included; the first one shares them with the header. */
  readonly segmentBytes: number
}

export const TAG_BYTES = 16
export const NONCE_PREFIX_BYTES = 7
export const FILE_KEY_BYTES = 32
export const NONCE_BYTES = 12
/** Segments are numbered by 32 bits. */
export const MOST_SEGMENTS = 2 ** 32

/** The only algorithm that files are written with and read by. */
export const ALGORITHM = 'AES256_GCM_HKDF'

export const formatOf = (segmentBytes: number): FormatParameters =>
  Object.freeze({ hash: 'sha256', derivedKeyBytes: 32, segmentBytes })

export const headerBytes = ({ derivedKeyBytes }: FormatParameters): number =>
  1 + derivedKeyBytes + NONCE_PREFIX_BYTES
