import {
  createFileKeys,
  createFileSigner,
  createFileVault,
  createFileVerifier,
  type BlobStore,
} from '@portcullis/files'
import { ipfsDirectoryStore } from '@portcullis/files/ipfs'
import { openLmdbCatalog } from '@portcullis/files/lmdb'
import { keysOf, type KeyRing } from '@portcullis/issuer'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ISSUER } from './users.js'

const VAULT = 'https://files.example.com/grants'

/** A vault in a folder: a catalog with the wrapped keys, and ciphertext as IPFS blocks, or wherever `storage` is. */
export function openVault(folder: string, keyRing: KeyRing, storage?: BlobStore) {
  const blobs = storage ?? ipfsDirectoryStore({ path: join(folder, 'blobs') })
  const catalog = openLmdbCatalog({ path: join(folder, 'catalog') })
  const vault = createFileVault({
    blobs,
    catalog,
    keys: createFileKeys({ current: 'first', keys: [{ id: 'first', key: keyIn(folder) }] }),
    signer: createFileSigner({ issuer: ISSUER, keyRing, audience: VAULT }),
    verifier: createFileVerifier({ issuer: ISSUER, audience: VAULT, keys: keysOf(keyRing) }),
    maxBytes: 100 * 2 ** 20,
  })
  return { vault, blobs, catalog }
}

/** A service of yours takes it from its secret store: beside the catalog, it protects from nobody who has both. */
function keyIn(folder: string): Buffer {
  const file = join(folder, 'key-encryption-key')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' })
  return readFileSync(file)
}
