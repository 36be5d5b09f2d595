import { LRUCache } from 'lru-cache'
import type { BlobStore } from '../blobs/blob-store.js'
import type { FileRecord } from '../catalog/file-catalog.js'
import { FileError } from '../outcome/file-error.js'
import { storageCall } from '../outcome/storage-call.js'
import type { FileSigner } from '../tokens/file-signer.js'
import { createManifestVerifier } from '../tokens/manifest-verifier.js'
import { LONGEST_MANIFEST, openManifest, type Manifest } from './manifest.js'

/** The manifests of a vault. Those that were opened last are remembered, without any key. */
export interface Manifests {
  /**
   * What the manifest of a record says. Whether the key is the one that it commits to is for the caller to check, since
   * a manifest that is remembered has been decrypted by an earlier one.
   *
   * @throws FileError `manifest_invalid`, `format_unsupported`, `storage_unavailable`
   */
  open(record: FileRecord, fileKey: Uint8Array): Promise<Manifest>
  forget(record: FileRecord): void
}

/** A manifest is a kilobyte or less: names and types are short. */
const MOST_REMEMBERED = 1000

/** All that an opening depends on, but for the key: a record that changed is none that is remembered. */
const nameOf = ({ id, manifest, signedBy, signedAt }: FileRecord) =>
  JSON.stringify([id, manifest, signedAt, signedBy])

export function createManifests(
  blobs: Pick<BlobStore, 'read'>,
  { issuer, audience }: Pick<FileSigner, 'issuer' | 'audience'>,
): Manifests {
  const verify = createManifestVerifier({ issuer, audience, maxTokenLength: LONGEST_MANIFEST })
  const remembered = new LRUCache<string, Manifest>({ max: MOST_REMEMBERED })
  return {
    async open(record, fileKey) {
      const name = nameOf(record)
      const known = remembered.get(name)
      if (known !== undefined) return known
      const { id: file, signedBy, signedAt } = record
      const jwe = await storageCall(() =>
        readText(blobs.read(record.manifest, { start: 0, end: LONGEST_MANIFEST + 1 })),
      )
      const manifest = await openManifest({ jwe, file, fileKey, signedBy, signedAt }, verify)
      remembered.set(name, manifest)
      return manifest
    },
    forget(record) {
      remembered.delete(nameOf(record))
    },
  }
}

/** @throws FileError `manifest_invalid` for one that is too long */
async function readText(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const taken: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > LONGEST_MANIFEST) throw new FileError('manifest_invalid')
    taken.push(piece)
  }
  return Buffer.concat(taken).toString('latin1')
}
