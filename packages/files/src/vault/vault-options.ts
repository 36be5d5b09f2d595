import { ConfigurationError, type Policy } from '@portcullis/core'
import {
  oneOf,
  optional,
  type OptionReader,
  readOptions,
  wholeNumberBetween,
  withMethods,
} from '@portcullis/core/internal'
import type { BlobStore } from '../blobs/blob-store.js'
import type { FileCatalog, Quota } from '../catalog/file-catalog.js'
import type { Padding } from '../format/padding.js'
import type { FileKeys } from '../keys/file-keys.js'
import type { FileSigner } from '../tokens/file-signer.js'
import { fileVerifier, type FileVerifier } from '../tokens/file-verifier.js'
import { SEGMENT_BYTES } from './manifest.js'
import { createManifests, type Manifests } from './manifests.js'
import { FILE_ACTIONS, type FileAction } from './permissions.js'

export interface FileVaultOptions {
  /** Where ciphertext goes: `memoryBlobStore()`, `ipfsDirectoryStore(...)` of the subpath `/ipfs`, or one of your own. */
  readonly blobs: BlobStore
  /** `createFileKeys(...)`. */
  readonly keys: FileKeys
  /** `createFileSigner(...)`. */
  readonly signer: FileSigner
  /** `createFileVerifier(...)`, for the same issuer and audience. */
  readonly verifier: FileVerifier
  /** `memoryCatalog()`, or `openLmdbCatalog(...)` of the subpath `/lmdb`. */
  readonly catalog: FileCatalog
  /** Who may do what with every file, beside its owner and whom the file permits: `{ read: hasRole('auditor') }`. */
  readonly policies?: { readonly [Action in FileAction]?: Policy }
  /** Bytes of the largest content, 0 to 2^50; default 1 GiB. */
  readonly maxBytes?: number
  /** What one owner may have; default 100,000 files and 1 TiB. */
  readonly quota?: Partial<Quota>
  /** Bytes of a stored segment, 1,024 to 1,048,576; default 262,144, which is one block of IPFS. */
  readonly segmentBytes?: number
  /** `padme` (default) hides the exact length from the storage and costs at most 12 %; `none` shows it. */
  readonly padding?: Padding
}

export interface VaultSettings {
  readonly blobs: BlobStore
  readonly keys: FileKeys
  readonly signer: FileSigner
  readonly verifier: FileVerifier
  readonly catalog: FileCatalog
  readonly policies: { readonly [Action in FileAction]?: Policy }
  readonly maxBytes: number
  readonly quota: Quota
  readonly segmentBytes: number
  readonly padding: Padding
  readonly manifests: Manifests
}

const GIB = 2 ** 30
const MOST_BYTES = 2 ** 50

const policy: OptionReader<Policy | undefined> = (value, option) =>
  value === undefined
    ? undefined
    : withMethods<Policy>(['check', 'describe'], "a policy, such as hasRole('auditor')")(value, option)

/** @throws ConfigurationError */
export function readVaultOptions(options: unknown): VaultSettings {
  const settings = readOptions<Omit<VaultSettings, 'manifests'>>('createFileVault()', options, {
    blobs: withMethods<BlobStore>(['put', 'read', 'remove'], 'a blob store, such as memoryBlobStore()'),
    keys: withMethods<FileKeys>(['wrap', 'unwrap'], 'createFileKeys(...)'),
    signer: withMethods<FileSigner>(['grant', 'manifest'], 'createFileSigner(...)'),
    verifier: fileVerifier,
    catalog: withMethods<FileCatalog>(
      ['insert', 'find', 'replaceKey', 'remove', 'addGrant', 'useGrant', 'removeGrant'],
      'a catalog, such as memoryCatalog()',
    ),
    policies: (value = {}, option) =>
      readOptions(
        option,
        value,
        Object.fromEntries(FILE_ACTIONS.map((action) => [action, policy])) as Record<
          FileAction,
          OptionReader<Policy>
        >,
      ),
    maxBytes: optional(wholeNumberBetween(0, MOST_BYTES, 'bytes'), GIB),
    quota: (value = {}, option) =>
      readOptions<Quota>(option, value, {
        files: optional(wholeNumberBetween(0, MOST_BYTES, 'files'), 100_000),
        bytes: optional(wholeNumberBetween(0, MOST_BYTES, 'bytes'), 1024 * GIB),
      }),
    segmentBytes: optional(wholeNumberBetween(SEGMENT_BYTES.least, SEGMENT_BYTES.most, 'bytes'), 262_144),
    padding: optional(oneOf(['padme', 'none'] as const), 'padme' as const),
  })
  const { blobs, signer, verifier } = settings
  if (signer.issuer !== verifier.issuer || signer.audience !== verifier.audience) {
    throw new ConfigurationError('verifier', 'expects the issuer and the audience of the signer')
  }
  return { ...settings, manifests: createManifests(blobs, signer) }
}
