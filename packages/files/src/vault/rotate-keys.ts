import type { FileRecord } from '../catalog/file-catalog.js'
import { storageCall } from '../outcome/storage-call.js'
import type { VaultSettings } from './vault-options.js'

/** What a rotation did. */
export interface Rotation {
  readonly wrapped: number
  /** Files whose wrapped key could not be opened, by id: their old key must be kept until they can. */
  readonly failed: readonly string[]
}

const PAGE = 100

/**
 * Goes through all files, and wraps anew what another key wrapped. Each file is one atomic step, which counts only where
 * its key is still the one that was read: rotations of several processes, and one that was killed, do no harm.
 */
export async function rotateKeys({ catalog, keys }: VaultSettings): Promise<Rotation> {
  const failed: string[] = []
  let wrapped = 0
  const rewrap = async ({ id, wrappedKey }: FileRecord): Promise<boolean> => {
    const fileKey = await keys.unwrap(wrappedKey, id)
    try {
      const by = { wrappedKey: await keys.wrap(fileKey, id), keyId: keys.current }
      return await storageCall(() => catalog.replaceKey(id, wrappedKey, by))
    } finally {
      fileKey.fill(0)
    }
  }
  for (let after: string | undefined; ;) {
    const page = await storageCall(() => catalog.list({ after, limit: PAGE }))
    for (const record of page) {
      if (record.keyId === keys.current) continue
      try {
        if (await rewrap(record)) wrapped++
      } catch {
        failed.push(record.id)
      }
    }
    after = page.at(-1)?.id
    if (page.length < PAGE) return Object.freeze({ wrapped, failed })
  }
}
