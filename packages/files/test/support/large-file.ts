import { localJwks } from '@portcullis/core'
import {
  createFileKeys,
  createFileSigner,
  createFileVault,
  createFileVerifier,
  memoryCatalog,
} from '@portcullis/files'
import { ipfsDirectoryStore } from '@portcullis/files/ipfs'
import { createKeyRing } from '@portcullis/issuer'
import { createHash, randomBytes } from 'node:crypto'
import { mostMemory } from '../../../../test/support/most-memory.js'

/* node large-file.mjs <folder> <MiB>: puts a file into a vault and reads it again; tells what memory that took. */
const [folder = '', mebibytes = ''] = process.argv.slice(2)
const issuer = 'https://id.example.com'
const audience = 'https://files.example.com/grants'
const keyRing = createKeyRing()
const vault = createFileVault({
  blobs: ipfsDirectoryStore({ path: folder }),
  catalog: memoryCatalog(),
  keys: createFileKeys({ current: 'one', keys: [{ id: 'one', key: randomBytes(32) }] }),
  signer: createFileSigner({ issuer, keyRing, audience }),
  verifier: createFileVerifier({ issuer, audience, keys: localJwks(await keyRing.jwks()) }),
  maxBytes: 2 ** 34,
})

const digests = [createHash('sha256'), createHash('sha256')] as const
async function* content() {
  for (let piece = 0; piece < Number(mebibytes) * 16; piece++) {
    const bytes = Buffer.alloc(65_536, piece)
    digests[0].update(bytes)
    yield await Promise.resolve(bytes)
  }
}
const { id } = await vault.put(content(), { name: 'large', owner: { issuer, subject: 'alice' } })
const { grant } = await vault.grant(id, { subject: 'bob', actions: ['read'], expiresIn: 600 })
for await (const bytes of (await vault.open(grant)).stream as AsyncIterable<Uint8Array>)
  digests[1].update(bytes)
await vault.destroy(id)
const [before, after] = digests.map((digest) => digest.digest('hex'))
console.log(JSON.stringify({ same: before === after, mebibytes: mostMemory() }))
