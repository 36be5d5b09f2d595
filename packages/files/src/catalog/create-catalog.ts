import { createHash } from 'node:crypto'
import type { Person } from '../vault/permissions.js'
import type { FileCatalog, FileRecord, GrantRecord, Quota } from './file-catalog.js'
import type { Tables } from './tables.js'

export interface CatalogLimits {
  readonly files: number
  readonly grants: number
}

/** Grants that expired and are cleared away by one step at most, so that none has to clear away all of them. */
const SWEPT_AT_ONCE = 16
/** Grants that one file may have at a time. */
export const MOST_GRANTS_OF_A_FILE = 10_000

const fileKey = (id: string) => ['files', id] as const
const grantKey = (id: string) => ['grants', id] as const
const grantsOf = (file: string) => `grants of ${file}`
const deathKey = ({ id, expiresAt }: GrantRecord) =>
  ['deaths', `${String(Math.ceil(expiresAt)).padStart(12, '0')} ${id}`] as const
const countKey = (what: string) => ['counts', what] as const
/** Of one length, whatever a subject is. */
const usageKey = ({ issuer, subject }: Person) =>
  [
    'usage',
    createHash('sha256')
      .update(JSON.stringify([issuer, subject]))
      .digest('base64url'),
  ] as const

/** The catalog over any tables: the same steps in memory and on disk. */
export function createCatalog(tables: Tables, limits: CatalogLimits): FileCatalog {
  const file = (id: string) => tables.get(fileKey(id)) as FileRecord | undefined
  const grant = (id: string) => tables.get(grantKey(id)) as GrantRecord | undefined
  const usage = (owner: Person) =>
    (tables.get(usageKey(owner)) as Quota | undefined) ?? { files: 0, bytes: 0 }
  const count = (what: string) => (tables.get(countKey(what)) as number | undefined) ?? 0
  const add = (what: string, difference: number) => {
    tables.put(countKey(what), count(what) + difference)
  }
  const grantIdsOf = (id: string) =>
    tables.values(grantsOf(id), { limit: MOST_GRANTS_OF_A_FILE }) as readonly string[]

  const dropGrant = (id: string): boolean => {
    const found = grant(id)
    if (found === undefined) return false
    tables.remove(grantKey(id))
    tables.remove([grantsOf(found.file), id])
    tables.remove(deathKey(found))
    add('grants', -1)
    return true
  }
  const dropDeadGrants = (now: number) => {
    const oldest = tables.values('deaths', { limit: SWEPT_AT_ONCE }) as readonly string[]
    for (const id of oldest) if ((grant(id)?.expiresAt ?? 0) <= now) dropGrant(id)
  }

  return Object.freeze({
    insert: (record, quota) =>
      tables.step(() => {
        const { files, bytes } = usage(record.owner)
        if (files + 1 > quota.files || bytes + record.storedBytes > quota.bytes) return 'quota_exceeded'
        if (count('files') >= limits.files || file(record.id) !== undefined) return 'full'
        tables.put(fileKey(record.id), record)
        tables.put(usageKey(record.owner), { files: files + 1, bytes: bytes + record.storedBytes })
        add('files', 1)
        return 'inserted'
      }),
    find: (id) => Promise.resolve(file(id)),
    replaceKey: (id, replaced, by) =>
      tables.step(() => {
        const found = file(id)
        if (found?.wrappedKey !== replaced) return false
        tables.put(fileKey(id), { ...found, wrappedKey: by.wrappedKey, keyId: by.keyId })
        return true
      }),
    replacePermissions: (id, permissions) =>
      tables.step(() => {
        const found = file(id)
        if (found === undefined) return false
        tables.put(fileKey(id), { ...found, permissions })
        return true
      }),
    remove: (id) =>
      tables.step(() => {
        const found = file(id)
        if (found === undefined) return undefined
        for (const grantId of grantIdsOf(id)) dropGrant(grantId)
        const { files, bytes } = usage(found.owner)
        if (files <= 1) tables.remove(usageKey(found.owner))
        else tables.put(usageKey(found.owner), { files: files - 1, bytes: bytes - found.storedBytes })
        tables.remove(fileKey(id))
        add('files', -1)
        return found
      }),
    list: (page) => Promise.resolve(tables.values('files', page) as readonly FileRecord[]),
    addGrant: (added, now) =>
      tables.step(() => {
        dropDeadGrants(now)
        if (file(added.file) === undefined) return 'file_unknown'
        const ofFile = grantIdsOf(added.file).length
        if (count('grants') >= limits.grants || ofFile >= MOST_GRANTS_OF_A_FILE) return 'full'
        tables.put(grantKey(added.id), added)
        tables.put([grantsOf(added.file), added.id], added.id)
        tables.put(deathKey(added), added.id)
        add('grants', 1)
        return 'added'
      }),
    findGrant: (id) => Promise.resolve(grant(id)),
    useGrant: (id) =>
      tables.step(() => {
        const found = grant(id)
        if (found === undefined) return 'unknown'
        if (found.usesLeft === null) return 'used'
        if (!(found.usesLeft > 0)) return 'used_up'
        tables.put(grantKey(id), { ...found, usesLeft: found.usesLeft - 1 })
        return 'used'
      }),
    removeGrant: (id) => tables.step(() => dropGrant(id)),
    listGrants: (id) => Promise.resolve(grantIdsOf(id).flatMap((grantId) => grant(grantId) ?? [])),
  } satisfies FileCatalog)
}
