import { randomBytes } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

export interface SpoolOptions {
  /** Bytes that are kept in memory; what is larger goes to a file. */
  readonly memoryBytes: number
  /** Where the file is. */
  readonly folder: string
}

/** Bytes that are kept until all of them are there: a few in memory, many in a file that only this user can read. */
export interface Spool {
  readonly size: number
  write(chunk: Uint8Array): Promise<void>
  /** The bytes from the beginning, as often as asked for. */
  read(): AsyncIterable<Uint8Array>
  dispose(): Promise<void>
}

const READ_BYTES = 65_536

export function createSpool({ memoryBytes, folder }: SpoolOptions): Spool {
  let chunks: Uint8Array[] = []
  let file: FileHandle | undefined
  let leftover: string | undefined
  let size = 0

  const openFile = async (): Promise<FileHandle> => {
    const path = join(folder, `portcullis-sync-${randomBytes(16).toString('hex')}`)
    const opened = await open(path, 'wx+', 0o600)
    // Without a name nobody else can open it, and no crash leaves it behind. Windows keeps the name until the end.
    leftover = await unlink(path).then(
      () => undefined,
      () => path,
    )
    return opened
  }

  return {
    get size() {
      return size
    },
    async write(chunk) {
      size += chunk.byteLength
      if (file === undefined && size <= memoryBytes) {
        chunks.push(chunk)
        return
      }
      if (file === undefined) {
        file = await openFile()
        for (const kept of chunks) await writeAll(file, kept)
        chunks = []
      }
      await writeAll(file, chunk)
    },
    async *read() {
      yield* chunks
      if (file === undefined) return
      let position = 0
      while (position < size) {
        const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, size - position))
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
        if (bytesRead === 0) throw new Error('The spooled file is shorter than what was written to it')
        position += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    },
    async dispose() {
      chunks = []
      const [closing, path] = [file, leftover]
      file = undefined
      leftover = undefined
      await closing?.close()
      if (path !== undefined) await unlink(path).catch(() => undefined)
    },
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0
  while (written < chunk.byteLength) {
    written += (await file.write(chunk, written, chunk.byteLength - written)).bytesWritten
  }
}
