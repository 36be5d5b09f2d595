import type { Auth } from '@portcullis/core'
import { compactDecrypt, CompactEncrypt, type JWK } from 'jose'
import { hkdfSync } from 'node:crypto'
import { contextOf } from '../format/commitment.js'
import { ALGORITHM, formatOf, headerBytes } from '../format/parameters.js'
import { readHeader, type Header } from '../format/header.js'
import { longestContent } from '../format/layout.js'
import { FileError } from '../outcome/file-error.js'
import type { ManifestVerifier } from '../tokens/manifest-verifier.js'
import { readFileName, readMediaType } from './file-name.js'

/** What is known of a file, and kept beside its ciphertext, signed and encrypted. */
export interface Manifest {
  readonly file: string
  readonly name: string
  readonly type: string
  /** Bytes of the content. */
  readonly size: number
  /** Bytes that were encrypted: the content, and zeros after it. */
  readonly paddedSize: number
  readonly segmentBytes: number
  readonly header: Header
  readonly commitment: Buffer
}

export const LONGEST_MANIFEST = 65_536
const KEY_BYTES = 32

const manifestKey = (fileKey: Uint8Array, file: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', fileKey, '', contextOf('manifest', file), KEY_BYTES))

/** Encrypts a signed manifest for whoever has the key of the file: without it, it is gone as the content is. */
export function sealManifest(token: string, fileKey: Uint8Array, file: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' })
    .encrypt(manifestKey(fileKey, file))
}

export interface SealedManifest {
  readonly jwe: string
  readonly file: string
  readonly fileKey: Uint8Array
  readonly signedBy: JWK
  /** By when the signature is judged: a manifest lasts as long as its file. */
  readonly signedAt: number
}

/** @throws FileError `manifest_invalid`, `format_unsupported` */
export async function openManifest(
  { jwe, file, fileKey, signedBy, signedAt }: SealedManifest,
  verify: ManifestVerifier,
): Promise<Manifest> {
  let verified: Auth
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, manifestKey(fileKey, file), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    if (Object.keys(protectedHeader).sort().join() !== 'alg,cty,enc') throw new FileError('manifest_invalid')
    verified = await verify(new TextDecoder().decode(plaintext), signedBy, signedAt)
  } catch {
    throw new FileError('manifest_invalid')
  }
  return readManifest(verified.claims, file)
}

/** The claims of a manifest; docs/files.md describes them. */
export const manifestClaims = (manifest: {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly paddedSize: number
  readonly segmentBytes: number
  readonly header: Uint8Array
  readonly commitment: Uint8Array
}) => ({
  name: manifest.name,
  type: manifest.type,
  size: manifest.size,
  padded_size: manifest.paddedSize,
  algorithm: ALGORITHM,
  segment_bytes: manifest.segmentBytes,
  header: Buffer.from(manifest.header).toString('base64url'),
  commitment: Buffer.from(manifest.commitment).toString('base64url'),
})

function readManifest(claims: Readonly<Record<string, unknown>>, file: string): Manifest {
  const { sub, name, type, size, padded_size: paddedSize, segment_bytes: segmentBytes } = claims
  if (claims.algorithm !== ALGORITHM || !isSegmentSize(segmentBytes))
    throw new FileError('format_unsupported')
  const parameters = formatOf(segmentBytes)
  const header = bytesOf(claims.header)
  if (
    sub !== file ||
    !isLength(size) ||
    !isLength(paddedSize) ||
    size > paddedSize ||
    paddedSize > longestContent(parameters) ||
    header.length !== headerBytes(parameters)
  ) {
    throw new FileError('manifest_invalid')
  }
  return Object.freeze({
    file,
    name: readFileName(name),
    type: readMediaType(type),
    size,
    paddedSize,
    segmentBytes,
    header: readHeader(parameters, header),
    commitment: bytesOf(claims.commitment),
  })
}

export const SEGMENT_BYTES = { least: 1024, most: 1_048_576 } as const

const isSegmentSize = (value: unknown): value is number =>
  Number.isSafeInteger(value) &&
  (value as number) >= SEGMENT_BYTES.least &&
  (value as number) <= SEGMENT_BYTES.most

const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const bytesOf = (value: unknown): Buffer =>
  typeof value === 'string' ? Buffer.from(value, 'base64url') : Buffer.alloc(0)
