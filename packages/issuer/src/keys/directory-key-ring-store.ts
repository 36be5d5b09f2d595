import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { IssuerError } from '../issuer-error.js'
import type { KeyRingStore, StoredKeyRing } from './key-ring-store.js'

const FILE_NAME = /^ring-(\d{12})\.json$/
/** The one that readers hold, and the one before it, which a reader may just be opening. */
const KEPT_VERSIONS = 2
const READ_ATTEMPTS = 10
const OTHERS = 0o077
/** Milliseconds after which an unfinished file is one of a process that died. */
const ABANDONED_AFTER = 3_600_000

/**
 * A key ring in a directory of one machine, for any number of processes. Each version is a file of its own (mode
 * 0600), written in full and flushed under another name, then linked to its own: the link exists or does not, and
 * only one process can make it. A file that does not match its checksum is never read as a ring.
 *
 * @param path made with mode 0700 where it does not exist
 * @returns a store that rejects with IssuerError `key_ring_exposed` where others may read the file, and
 *   `key_ring_corrupt` where it is damaged
 */
export function directoryKeyRingStore(path: string): KeyRingStore {
  const fileOf = (version: number) => join(path, `ring-${String(version).padStart(12, '0')}.json`)

  const versions = async (): Promise<readonly number[]> => {
    const names = await readdir(path).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return []
      throw error
    })
    const found = names.map((name) => Number(FILE_NAME.exec(name)?.[1] ?? 0))
    return found.filter((version) => version > 0).sort((one, other) => other - one)
  }

  const read = async (): Promise<StoredKeyRing | undefined> => {
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      const [newest] = await versions()
      if (newest === undefined) return undefined
      try {
        return { version: newest, content: await readChecked(fileOf(newest)) }
      } catch (error) {
        // Newer versions came while this one was opened.
        if (!isCode(error, 'ENOENT')) throw error
      }
    }
    throw new IssuerError('key_ring_unavailable')
  }

  const replace = async ({ version, content }: StoredKeyRing): Promise<boolean> => {
    await mkdir(path, { recursive: true, mode: 0o700 })
    const [newest = 0] = await versions()
    if (newest !== version - 1) return false
    const temporary = join(path, `.writing-${randomUUID()}`)
    try {
      await writeFlushed(temporary, `${checksum(content)}\n${content}`)
      await link(temporary, fileOf(version))
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false
      throw error
    } finally {
      await unlink(temporary).catch(() => undefined)
    }
    await flush(path)
    const [head, ...older] = await versions()
    // Others went on meanwhile: on top of this version, or past it, so that nobody will ever read it. Look again.
    if (head !== version) return false
    const dead = older.filter((each) => each <= version - KEPT_VERSIONS)
    await Promise.all(dead.map((each) => unlink(fileOf(each)).catch(() => undefined)))
    await removeAbandoned(path)
    return true
  }
  return Object.freeze({ read, replace })
}

async function readChecked(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { mode } = await handle.stat()
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) throw new IssuerError('key_ring_exposed')
    const text = await handle.readFile('utf8')
    const [sum = '', ...rest] = text.split('\n')
    const content = rest.join('\n')
    if (sum !== checksum(content)) throw new IssuerError('key_ring_corrupt')
    return content
  } finally {
    await handle.close()
  }
}

async function writeFlushed(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A name in a directory is durable once the directory is; Windows cannot flush one, and need not. */
async function flush(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What a killed process was writing holds keys too. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith('.writing-')) continue
    const file = join(directory, name)
    const written = await stat(file).catch(() => undefined)
    if (written !== undefined && Date.now() - written.mtimeMs > ABANDONED_AFTER) {
      await unlink(file).catch(() => undefined)
    }
  }
}

function checksum(content: string): string {
  return createHash('sha256').update(content).digest('base64url')
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code
}
