import { nonEmptyString, readOptions } from '@portcullis/core/internal'
import { FsBlockstore } from 'blockstore-fs'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobStore } from '../blobs/blob-store.js'
import { requireContentId } from './content-id.js'
import { addBytes, readBytes } from './unixfs.js'

export interface IpfsDirectoryStoreOptions {
  /** A directory of a local disk for this store alone; made where it does not exist. */
  readonly path: string
}

/** Tells this process from an earlier one of the same number. */
const THIS_PROCESS = `${process.pid}-${randomUUID().slice(0, 8)}`
const MANY = 64

/**
 * Keeps ciphertext as UnixFS blocks in a directory, under the content ids that `ipfs add --cid-version=1` gives.
 *
 * The blocks of one content are a folder of their own, which gets its name when it is complete and loses it before it
 * is removed: whatever process is killed when, a content is there as a whole or not at all. What killed processes left
 * is cleared away when the store is opened.
 *
 * @throws ConfigurationError, and errors of the file system
 */
export function ipfsDirectoryStore(options: IpfsDirectoryStoreOptions): BlobStore {
  const { path } = readOptions<IpfsDirectoryStoreOptions>('ipfsDirectoryStore()', options, {
    path: nonEmptyString,
  })
  const complete = join(path, 'contents')
  const unfinished = join(path, 'unfinished')
  for (const folder of [complete, unfinished]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  clearUnfinished(unfinished)
  const folderOf = (name: string) => join(complete, requireContentId(name))
  const newFolder = () => join(unfinished, `${THIS_PROCESS}-${randomUUID()}`)

  return Object.freeze({
    async put(bytes) {
      const folder = newFolder()
      await mkdir(folder, { mode: 0o700 })
      try {
        const blocks = new FsBlockstore(folder)
        await blocks.open()
        const name = requireContentId((await addBytes(bytes, blocks)).toString())
        await flush(folder)
        await rename(folder, folderOf(name)).catch((error: unknown) => {
          // The same bytes are there: nothing is missing.
          if (!existsSync(folderOf(name))) throw error
        })
        await flushEntry(complete)
        return name
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    async *read(name, span, signal) {
      const blocks = new FsBlockstore(folderOf(name), { createIfMissing: false })
      yield* readBytes(name, blocks, span, signal)
    },
    async remove(name) {
      const folder = newFolder()
      const gone = await rename(folderOf(name), folder).then(
        () => true,
        (error: unknown) => {
          if ((error as { code?: unknown }).code === 'ENOENT') return false
          throw error
        },
      )
      if (gone) await rm(folder, { recursive: true, force: true })
    },
    async *list() {
      for (const name of await readdir(complete)) {
        const found = await stat(join(complete, name)).catch(() => undefined)
        if (found !== undefined) yield { name, storedAt: found.mtimeMs / 1000 }
      }
    },
  } satisfies BlobStore)
}

/** What is there but not complete belongs to a living process, or to nobody. */
function clearUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, process] = /^((\d+)-[0-9a-f]{8})-/.exec(name) ?? []
    if (process !== THIS_PROCESS && !isAlive(name))
      rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(name: string): boolean {
  const number = Number(/^\d+/.exec(name)?.[0])
  // This process has another name than an earlier one with its number.
  if (!Number.isSafeInteger(number) || number === process.pid) return false
  try {
    process.kill(number, 0)
    return true
  } catch (error) {
    // It is there, and somebody else's.
    return (error as { code?: unknown }).code === 'EPERM'
  }
}

/** What the blocks hold is on disk before they are called complete. */
async function flush(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true })
  for (let at = 0; at < entries.length; at += MANY) {
    await Promise.all(entries.slice(at, at + MANY).map((entry) => flushEntry(join(folder, entry))))
  }
  await flushEntry(folder)
}

async function flushEntry(path: string): Promise<void> {
  // Windows cannot flush a directory, and need not.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
