import type { JWK } from 'jose'
import type { FilePermissions, Person } from '../vault/permissions.js'

/** What a vault keeps of a file beside the storage: above all its wrapped key, of which there is no other copy. */
export interface FileRecord {
  readonly id: string
  readonly owner: Person
  readonly permissions: FilePermissions
  /** A JWE; without it the file is unreadable for ever. */
  readonly wrappedKey: string
  /** The key-encryption key that it is wrapped with. */
  readonly keyId: string
  /** Where the storage has ciphertext and manifest. */
  readonly content: string
  readonly manifest: string
  readonly signedBy: JWK
  readonly signedAt: number
  /** Bytes of the ciphertext, which count towards the quota of the owner. */
  readonly storedBytes: number
}

/** What is kept of a grant until it expires. */
export interface GrantRecord {
  readonly id: string
  readonly file: string
  readonly subject: string
  readonly subjectIssuer: string
  readonly actions: readonly string[]
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** How often it may be used from now on; null for as often as one likes. */
  readonly usesLeft: number | null
}

/** What one owner may have. */
export interface Quota {
  readonly files: number
  readonly bytes: number
}

/**
 * The state of a vault. Each method is one atomic step, among processes too where several share it: it has happened as
 * a whole or not at all. What is answered is durable where the catalog is.
 */
export interface FileCatalog {
  insert(record: FileRecord, quota: Quota): Promise<'inserted' | 'quota_exceeded' | 'full'>
  find(id: string): Promise<FileRecord | undefined>
  /** Puts another wrapped key in the place of the one that is there, if it is still the same. */
  replaceKey(id: string, replaced: string, by: Pick<FileRecord, 'wrappedKey' | 'keyId'>): Promise<boolean>
  /** False where there is no such file. */
  replacePermissions(id: string, permissions: FilePermissions): Promise<boolean>
  /** Takes the file and all its grants out, and answers what was there. */
  remove(id: string): Promise<FileRecord | undefined>
  /** In the order of their ids, from after one of them on. */
  list(page: { readonly after?: string | undefined; readonly limit: number }): Promise<readonly FileRecord[]>
  /** Only for a file that is there. */
  addGrant(grant: GrantRecord, now: number): Promise<'added' | 'file_unknown' | 'full'>
  findGrant(id: string): Promise<GrantRecord | undefined>
  /** Of any number of calls at the same time no more succeed than there were uses left. */
  useGrant(id: string): Promise<'used' | 'used_up' | 'unknown'>
  /** False where there was none. */
  removeGrant(id: string): Promise<boolean>
  /** The grants of a file, expired ones that were not cleared away yet among them. */
  listGrants(file: string): Promise<readonly GrantRecord[]>
}
