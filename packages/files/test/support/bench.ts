import { createVerifier, localJwks, type Auth } from '@portcullis/core'
import {
  createFileKeys,
  createFileSigner,
  createFileVault,
  createFileVerifier,
  memoryBlobStore,
  memoryCatalog,
  type BlobStore,
  type FileVaultOptions,
} from '@portcullis/files'
import { createKeyRing, createSigner, type KeyRing } from '@portcullis/issuer'
import { randomBytes } from 'node:crypto'
import { createClock } from './clock.ts'

export const ISSUER = 'https://id.example.com'
export const VAULT = 'https://files.example.com/grants'
export const SERVICE = 'https://files.example.com'

export const keyOf = (id: string) => ({ id, key: randomBytes(32) })
export const ALICE = { issuer: ISSUER, subject: 'alice' }
export const BOB = { issuer: ISSUER, subject: 'bob' }

/** A vault with everything in memory, and the issuer of its users. */
export async function createBench(options: Partial<FileVaultOptions> = {}) {
  const clock = createClock()
  const keyRing: KeyRing = createKeyRing({ clock })
  const jwks = localJwks(await keyRing.jwks())
  const blobs = watched(options.blobs ?? memoryBlobStore())
  const catalog = options.catalog ?? memoryCatalog()
  const keys = options.keys ?? createFileKeys({ current: 'one', keys: [keyOf('one')] })
  const signer = createFileSigner({ issuer: ISSUER, keyRing, audience: VAULT, clock })
  const verifier = createFileVerifier({ issuer: ISSUER, audience: VAULT, keys: jwks, clock })
  const vault = createFileVault({ keys, signer, verifier, catalog, ...options, blobs })

  const tokens = createSigner({ issuer: ISSUER, keyRing, clock })
  const verify = createVerifier({ issuer: ISSUER, audience: SERVICE, keys: jwks, profile: 'at+jwt', clock })
  const tokenOf = async (subject: string, roles: readonly string[] = []) =>
    (await tokens.sign({ subject, audience: SERVICE, clientId: 'web', roles })).token
  const authOf = async (subject: string, roles: readonly string[] = []): Promise<Auth> =>
    verify(await tokenOf(subject, roles))
  return { clock, keyRing, jwks, blobs, catalog, keys, signer, verifier, vault, tokens, tokenOf, authOf }
}

export type Bench = Awaited<ReturnType<typeof createBench>>

/** A store that tells what was read of it. */
function watched(store: BlobStore) {
  const reads: { start: number; end: number }[] = []
  return {
    ...store,
    reads,
    read(name: string, span: { start: number; end: number }, signal?: AbortSignal) {
      reads.push(span)
      return store.read(name, span, signal)
    },
  }
}

export async function* piecesOf(content: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) {
    yield await Promise.resolve(content.subarray(at, at + size))
  }
}

export const put = ({ vault }: Pick<Bench, 'vault'>, content: Uint8Array, more = {}) =>
  vault.put(piecesOf(content), { name: 'report.pdf', type: 'application/pdf', owner: ALICE, ...more })

export const read = async ({ stream }: { stream: AsyncIterable<Uint8Array> }) => {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

export const bobReads = { subject: 'bob', actions: ['read'], expiresIn: 300 } as const
