import { randomBytes } from 'node:crypto'
import { localJwks } from '@portcullis/core'
import {
  createFileKeys,
  createFileSigner,
  createFileVault,
  createFileVerifier,
  memoryBlobStore,
  memoryCatalog,
} from '@portcullis/files'
import { createKeyRing } from '@portcullis/issuer'

const issuer = 'https://id.example.com'
const audience = 'https://files.example.com/grants'

/** A vault with everything in memory, but for the blobs where others are given. */
export async function makeVault(blobs = memoryBlobStore()) {
  const keyRing = createKeyRing()
  const vault = createFileVault({
    blobs,
    catalog: memoryCatalog(),
    keys: createFileKeys({ current: 'one', keys: [{ id: 'one', key: randomBytes(32) }] }),
    signer: createFileSigner({ issuer, keyRing, audience }),
    verifier: createFileVerifier({ issuer, audience, keys: localJwks(await keyRing.jwks()) }),
  })
  const put = (content) => vault.put(content, { name: 'x', owner: { issuer, subject: 'alice' } })
  const grantTo = async (id) =>
    (await vault.grant(id, { subject: 'bob', actions: ['read'], expiresIn: 600 })).grant
  return { vault, put, grantTo }
}

const PIECE = 65_536

/** A content in pieces of the size in which sockets and files give them. */
export async function* piecesOf(content) {
  for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE)
}

export async function lengthOf(stream) {
  let length = 0
  for await (const piece of stream) length += piece.length
  return length
}
