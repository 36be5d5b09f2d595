import { FileError } from './file-error.js'

/** What a store throws that is not ours means that it is not available: no fault of the caller, and no way in. */
export async function storageCall<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    throw cause instanceof FileError ? cause : new FileError('storage_unavailable', { cause })
  }
}
