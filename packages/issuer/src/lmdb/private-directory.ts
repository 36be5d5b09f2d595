import { mkdirSync, statSync } from 'node:fs'
import { IssuerError } from '../issuer-error.js'

const OTHERS = 0o077

/**
 * Makes a directory that only its owner may enter, or looks whether the one that is there is such a one. What lies in
 * it is then nobody else's, whatever the modes of its files are.
 *
 * @throws IssuerError `store_exposed`
 */
export function ensurePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const { mode } = statSync(path)
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) throw new IssuerError('store_exposed')
}
