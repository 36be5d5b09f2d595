import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { FileRecord } from '../catalog/file-catalog.js'
import { commitmentTo, contextOf } from '../format/commitment.js'
import { encrypt } from '../format/encrypt.js'
import { newHeader, writeHeader } from '../format/header.js'
import { layoutOf } from '../format/layout.js'
import { paddedLength } from '../format/padding.js'
import { FILE_KEY_BYTES, formatOf } from '../format/parameters.js'
import { FileError } from '../outcome/file-error.js'
import { storageCall } from '../outcome/storage-call.js'
import { newFileId } from './file-id.js'
import { readFileName, readMediaType } from './file-name.js'
import { limitContent } from './limited-content.js'
import { manifestClaims, sealManifest } from './manifest.js'
import { readPermissions, readPerson, type FilePermissions } from './permissions.js'
import type { VaultSettings } from './vault-options.js'

/** What is said of a file that is put into a vault. */
export interface NewFile {
  /** To be shown and saved under: 1 to 255 bytes, no path, no control or invisible characters. */
  readonly name: string
  /** The media type; default `application/octet-stream`. */
  readonly type?: string
  /** Whose it is: an `Auth`, or `{ issuer, subject }`. */
  readonly owner: { readonly issuer: string; readonly subject?: string | undefined }
  /** Who else may do what; default nobody. */
  readonly permissions?: FilePermissions
}

export interface StoredFile {
  readonly id: string
  /** Bytes of the content. */
  readonly size: number
  /** Where the storage has the ciphertext: a content id on IPFS. */
  readonly content: string
  /** The signed, encrypted manifest, as it lies beside the ciphertext. */
  readonly manifest: string
}

async function* once(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(Buffer.from(text))
}

/**
 * Encrypts a content while it is stored. The file is there when its record is, and not before; whatever fails on the
 * way, what was stored is taken away again.
 */
export async function putFile(
  settings: VaultSettings,
  source: Readable | AsyncIterable<Uint8Array>,
  given: NewFile,
): Promise<StoredFile> {
  const { blobs, catalog, keys, padding, quota, segmentBytes, signer } = settings
  const about = { name: readFileName(given.name), type: readMediaType(given.type) }
  const owner = readPerson(given.owner)
  const permissions = readPermissions(given.permissions)

  const id = newFileId()
  const fileKey = randomBytes(FILE_KEY_BYTES)
  const parameters = formatOf(segmentBytes)
  const header = newHeader(parameters)
  const content = limitContent(source, settings)
  const stored: string[] = []
  const store = async (bytes: AsyncIterable<Uint8Array>) => {
    const name = await storageCall(() => blobs.put(bytes))
    stored.push(name)
    return name
  }
  try {
    const associatedData = contextOf('content', id)
    const contentName = await store(encrypt(content.bytes, { parameters, fileKey, header, associatedData }))
    const size = content.size()
    const paddedSize = paddedLength(size, padding)
    const claims = manifestClaims({
      ...about,
      size,
      paddedSize,
      segmentBytes,
      header: writeHeader(parameters, header),
      commitment: commitmentTo(fileKey, id),
    })
    const signed = await signer.manifest({ subject: id, claims: { ...claims, content: contentName, owner } })
    const manifest = await sealManifest(signed.token, fileKey, id)
    const record: FileRecord = {
      id,
      owner,
      permissions,
      wrappedKey: await keys.wrap(fileKey, id),
      keyId: keys.current,
      content: contentName,
      manifest: await store(once(manifest)),
      signedBy: signed.signedBy,
      signedAt: signed.signedAt,
      storedBytes: layoutOf(parameters, paddedSize).storedBytes,
    }
    const outcome = await storageCall(() => catalog.insert(record, quota))
    if (outcome !== 'inserted') {
      throw new FileError(outcome === 'full' ? 'catalog_full' : 'quota_exceeded')
    }
    return Object.freeze({ id, size, content: contentName, manifest })
  } catch (error) {
    await Promise.allSettled(stored.map((name) => blobs.remove(name)))
    throw error
  } finally {
    fileKey.fill(0)
  }
}
