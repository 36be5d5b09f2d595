import { storageCall } from '../outcome/storage-call.js'
import type { VaultSettings } from './vault-options.js'

const DEFAULT_AGE = 3600
const PAGE = 1000

/**
 * Removes what no file has. Only what is older than `olderThan` seconds, since a content is stored a moment before its
 * file is there.
 */
export async function sweepBlobs(
  { blobs, catalog }: VaultSettings,
  { olderThan = DEFAULT_AGE }: { readonly olderThan?: number },
): Promise<number> {
  if (blobs.list === undefined) return 0
  const before = Date.now() / 1000 - olderThan
  const old = new Set<string>()
  for await (const { name, storedAt } of blobs.list()) if (storedAt <= before) old.add(name)
  for (let after: string | undefined; ;) {
    const page = await storageCall(() => catalog.list({ after, limit: PAGE }))
    for (const { content, manifest } of page) {
      old.delete(content)
      old.delete(manifest)
    }
    after = page.at(-1)?.id
    if (page.length < PAGE) break
  }
  for (const name of old) await storageCall(() => blobs.remove(name))
  return old.size
}
