import { localJwks } from '@portcullis/core'
import { createFileKeys, createFileSigner, createFileVault, createFileVerifier } from '@portcullis/files'
import { ipfsDirectoryStore } from '@portcullis/files/ipfs'
import { openLmdbCatalog } from '@portcullis/files/lmdb'
import { createKeyRing } from '@portcullis/issuer'
import { createHash } from 'node:crypto'

/*
 * node vault-process.mjs <folder> <what>: stores, rotates or destroys until it is killed. A line is printed before each
 * step and another one after it.
 */
const [folder = '', what = ''] = process.argv.slice(2)
const issuer = 'https://id.example.com'
const audience = 'https://files.example.com/grants'
const keyRing = createKeyRing()
const secretOf = (id: string) => createHash('sha256').update(`for tests only: ${id}`).digest()
const ids = ['one', 'two']

const vaultWith = (current: string) =>
  createFileVault({
    blobs,
    catalog,
    signer: createFileSigner({ issuer, keyRing, audience }),
    verifier,
    keys: createFileKeys({ current, keys: ids.map((id) => ({ id, key: secretOf(id) })) }),
  })
const blobs = ipfsDirectoryStore({ path: `${folder}/blobs` })
const catalog = openLmdbCatalog({ path: `${folder}/catalog` })
const verifier = createFileVerifier({ issuer, audience, keys: localJwks(await keyRing.jwks()) })
const say = (line: string) => process.stdout.write(`${line}\n`)

async function* content(number: number) {
  for (let piece = 0; piece < 12; piece++) yield await Promise.resolve(Buffer.alloc(100_000, number))
}

say('ready')
if (what === 'put') {
  for (let number = 1; ; number++) {
    const { id } = await vaultWith('one').put(content(number), {
      name: 'x',
      owner: { issuer, subject: 'alice' },
    })
    say(`put ${id} ${number}`)
  }
}
if (what === 'rotate') for (let turn = 1; ; turn++) await vaultWith(ids[turn % 2] ?? 'one').rotate()
if (what === 'destroy') {
  for (const { id } of await catalog.list({ limit: 1000 })) {
    say(`destroying ${id}`)
    await vaultWith('one').destroy(id)
    say(`destroyed ${id}`)
  }
  say('all')
}
