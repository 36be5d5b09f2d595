import { AuthError, createAuthorizer, requireAuth, type Auth, type Authorizer } from '@portcullis/core'
import type { Readable } from 'node:stream'
import type { FileRecord, GrantRecord } from '../catalog/file-catalog.js'
import { FileError } from '../outcome/file-error.js'
import { storageCall } from '../outcome/storage-call.js'
import type { FileVerifier } from '../tokens/file-verifier.js'
import { isFileId } from './file-id.js'
import {
  checkGrant,
  checkRange,
  countUse,
  issueGrant,
  type GrantRequest,
  type GrantUse,
  type IssuedGrant,
} from './grants.js'
import {
  describe,
  spanWithin,
  streamOf,
  unlock,
  type FileDescription,
  type OpenedFile,
  type RequestedRange,
} from './open-file.js'
import { policyFor, readPermissions, type FileAction, type FilePermissions } from './permissions.js'
import { putFile, type NewFile, type StoredFile } from './put-file.js'
import { rotateKeys, type Rotation } from './rotate-keys.js'
import { sweepBlobs } from './sweep-blobs.js'
import { readVaultOptions, type FileVaultOptions } from './vault-options.js'

export interface OpenOptions extends Omit<GrantUse, 'action'> {
  /** The part to read; default the whole. */
  readonly range?: RequestedRange | undefined
}

/** Encrypted files, and who may have them back. */
export interface FileVault {
  readonly verifier: FileVerifier
  readonly maxBytes: number
  /**
   * Encrypts and stores a content. Who may put is for the caller to decide.
   *
   * @throws FileError `metadata_invalid`, `content_too_large`, `upload_incomplete`, `quota_exceeded`, `catalog_full`,
   *   `storage_unavailable`; nothing is left of it then
   */
  put(content: Readable | AsyncIterable<Uint8Array>, file: NewFile): Promise<StoredFile>
  /**
   * Makes a grant. Who may share is for the caller to decide: `authorize(auth, id, 'share')`.
   *
   * @throws FileError `file_unknown`, `grant_request_invalid`, `catalog_full`
   */
  grant(id: string, request: GrantRequest): Promise<IssuedGrant>
  /**
   * Opens a file by a grant, and counts that as one use. What follows may outlive the grant: it is checked when the
   * file is opened.
   *
   * @throws AuthError for a token that is none of ours, expired, or bound without a proof
   * @throws FileError `grant_...`, `file_unknown`, `range_...`, and what makes a file unreadable
   */
  open(grant: string | Auth, options?: OpenOptions): Promise<OpenedFile>
  /** Name, type and size by a grant, which is not counted as a use. @throws as `open` does */
  describe(grant: string | Auth, options?: Omit<GrantUse, 'action'>): Promise<FileDescription>
  /** Opens a file without a grant, for whom {@link FileVault.authorize} lets read it. */
  openAs(
    auth: Auth<unknown>,
    id: string,
    options?: { readonly range?: RequestedRange | undefined },
  ): Promise<OpenedFile>
  describeAs(auth: Auth<unknown>, id: string): Promise<FileDescription>
  /**
   * Lets the owner pass, whom the file permits the action, and whom the policies of the vault let.
   *
   * @throws AuthError as `authorize(policy)` of a route does; FileError `file_unknown`
   */
  authorize(auth: Auth<unknown>, id: string, action: FileAction): Promise<void>
  /** Says anew who beside the owner may do what. @throws FileError `file_unknown`, `metadata_invalid` */
  permit(id: string, permissions: FilePermissions): Promise<void>
  /** Whom the file permits what now. @throws FileError `file_unknown` */
  permissions(id: string): Promise<FilePermissions>
  /** Ends a grant by its id, at once. @returns false where there was none */
  revoke(grantId: string): Promise<boolean>
  /** The grants of a file that can still be used. @throws FileError `file_unknown` */
  grants(id: string): Promise<readonly GrantRecord[]>
  /** The files that somebody may read, a page of them; unreadable ones are left out. */
  list(
    auth: Auth<unknown>,
    page?: { readonly after?: string | undefined; readonly limit?: number },
  ): Promise<readonly (FileDescription & { readonly owner: FileRecord['owner'] })[]>
  /** Wraps the keys of all files with the current key-encryption key. Nothing is encrypted again. */
  rotate(): Promise<Rotation>
  /**
   * Forgets the key of a file, which makes it unreadable for ever, wherever copies of its ciphertext are; then takes
   * the ciphertext away where that is in reach. @throws FileError `file_unknown`
   */
  destroy(id: string): Promise<void>
  /** The same by a grant with the action `destroy`. */
  destroyBy(grant: string | Auth, use?: Omit<GrantUse, 'action'>): Promise<void>
  /** Takes stored bytes away that no file has, of uploads that were killed. @returns how many */
  sweep(options?: { readonly olderThan?: number }): Promise<number>
}

const DEFAULT_PAGE = 100
const MOST_IN_A_PAGE = 1000

/** @throws ConfigurationError */
export function createFileVault(options: FileVaultOptions): FileVault {
  const settings = readVaultOptions(options)
  const { blobs, catalog, manifests, policies, verifier } = settings

  const find = async (id: string): Promise<FileRecord> => {
    const record = isFileId(id) ? await storageCall(() => catalog.find(id)) : undefined
    if (record === undefined) throw new FileError('file_unknown')
    return record
  }
  const authorized = async (given: Auth<unknown>, id: string, action: FileAction): Promise<FileRecord> => {
    const auth: Auth<unknown> = requireAuth<unknown>(given)
    // A grant is about its subject, and is not its subject.
    if (auth.header.typ === 'file-grant+jwt') throw new AuthError('token_type_not_allowed')
    const record = await find(id)
    const authorizer: Authorizer = createAuthorizer(
      policyFor(action, record, policies[action], verifier.clock()),
    )
    authorizer(auth)
    return record
  }
  const opened = async (
    record: FileRecord,
    requested: RequestedRange | undefined,
    lastCheck: (span: OpenedFile['range']) => Promise<void> | void,
  ): Promise<OpenedFile> => {
    const unlocked = await unlock(settings, record)
    try {
      const range = spanWithin(unlocked.manifest.size, requested)
      await lastCheck(range)
      const stream = streamOf(settings, record, unlocked, range)
      return Object.freeze({ ...describe(unlocked.manifest), range, stream })
    } catch (error) {
      unlocked.fileKey.fill(0)
      throw error
    }
  }
  const described = async (record: FileRecord): Promise<FileDescription> => {
    const { manifest, fileKey } = await unlock(settings, record)
    fileKey.fill(0)
    return describe(manifest)
  }
  const destroy = async (id: string): Promise<void> => {
    const removed = isFileId(id) ? await storageCall(() => catalog.remove(id)) : undefined
    if (removed === undefined) throw new FileError('file_unknown')
    manifests.forget(removed)
    // The key is gone, and with it the file; what is left of it is for `sweep` where it cannot be taken away now.
    await Promise.allSettled([blobs.remove(removed.content), blobs.remove(removed.manifest)])
  }

  return Object.freeze<FileVault>({
    verifier,
    maxBytes: settings.maxBytes,
    put: (content, file) => putFile(settings, content, file),
    async grant(id, request) {
      await find(id)
      return issueGrant(settings, id, request)
    },
    async open(presented, { range, ...use } = {}) {
      const grant = await checkGrant(settings, presented, { ...use, action: 'read' })
      return opened(await find(grant.file), range, async (span) => {
        checkRange(grant, span)
        await countUse(settings, grant)
      })
    },
    async describe(presented, use = {}) {
      const grant = await checkGrant(settings, presented, { ...use, action: 'describe' })
      return described(await find(grant.file))
    },
    openAs: async (auth, id, { range } = {}) =>
      opened(await authorized(auth, id, 'read'), range, () => undefined),
    describeAs: async (auth, id) => described(await authorized(auth, id, 'read')),
    async authorize(auth, id, action) {
      await authorized(auth, id, action)
    },
    async permit(id, permissions) {
      const read = readPermissions(permissions)
      await find(id)
      if (!(await storageCall(() => catalog.replacePermissions(id, read))))
        throw new FileError('file_unknown')
    },
    permissions: async (id) => (await find(id)).permissions,
    revoke: (grantId) => storageCall(() => catalog.removeGrant(grantId)),
    async grants(id) {
      await find(id)
      const now = verifier.clock()
      const all = await storageCall(() => catalog.listGrants(id))
      return all.filter(({ expiresAt, usesLeft }) => expiresAt > now && usesLeft !== 0)
    },
    async list(auth, { after, limit = DEFAULT_PAGE } = {}) {
      const files: (FileDescription & { readonly owner: FileRecord['owner'] })[] = []
      let last = after
      for (;;) {
        const page = await storageCall(() => catalog.list({ after: last, limit: MOST_IN_A_PAGE }))
        for (const record of page) {
          if (files.length >= Math.min(limit, MOST_IN_A_PAGE)) return files
          last = record.id
          const mayRead = await authorized(auth, record.id, 'read').then(
            () => true,
            () => false,
          )
          const description = mayRead ? await described(record).catch(() => undefined) : undefined
          if (description !== undefined) files.push(Object.freeze({ ...description, owner: record.owner }))
        }
        if (page.length < MOST_IN_A_PAGE) return files
      }
    },
    rotate: () => rotateKeys(settings),
    destroy,
    async destroyBy(presented, use = {}) {
      const grant = await checkGrant(settings, presented, { ...use, action: 'destroy' })
      await find(grant.file)
      await countUse(settings, grant)
      await destroy(grant.file)
    },
    sweep: (sweeping = {}) => sweepBlobs(settings, sweeping),
  })
}
