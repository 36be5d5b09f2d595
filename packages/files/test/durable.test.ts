import { localJwks } from '@portcullis/core'
import {
  createFileKeys,
  createFileSigner,
  createFileVault,
  createFileVerifier,
  memoryCatalog,
  type FileCatalog,
  type FileRecord,
} from '@portcullis/files'
import { openLmdbCatalog } from '@portcullis/files/lmdb'
import { createKeyRing } from '@portcullis/issuer'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Ipfs from '@portcullis/files/ipfs'
import { buildProgram } from '../../../test/support/build-program.ts'
import { read } from './support/bench.ts'
import { requireBundled } from './support/bundled.ts'
import { killedProgram } from './support/killed-program.ts'

/** More of them: `PORTCULLIS_KILLS=500 npx jest packages/files/test/durable`. */
const KILLS = Number(process.env.PORTCULLIS_KILLS ?? 4)
const { ipfsDirectoryStore } = requireBundled('ipfs') as typeof Ipfs

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'portcullis-files-'))
})
afterAll(() => {
  rmSync(root, { recursive: true })
})

const record = (id: string, more: Partial<FileRecord> = {}): FileRecord => ({
  id,
  owner: { issuer: 'https://id.example.com', subject: 'alice' },
  permissions: {},
  wrappedKey: 'wrapped',
  keyId: 'one',
  content: 'content',
  manifest: 'manifest',
  signedBy: {},
  signedAt: 0,
  storedBytes: 100,
  ...more,
})
const PLENTY = { files: 100, bytes: 1e6 }
const grantOf = (id: string, file: string, more = {}) => ({
  id,
  file,
  subject: 'bob',
  subjectIssuer: 'https://id.example.com',
  actions: ['read'],
  expiresAt: 2_000_000_000,
  usesLeft: null,
  ...more,
})

describe.each([
  ['in memory', (limits: object) => memoryCatalog(limits)],
  ['in LMDB', (limits: object) => openLmdbCatalog({ path: mkdtempSync(join(root, 'catalog-')), ...limits })],
])('a catalog %s', (_, open: (limits: object) => FileCatalog & { close?: () => Promise<void> }) => {
  const opened: { close?: () => Promise<void> }[] = []
  const catalogOf = (limits = {}) => {
    const catalog = open(limits)
    opened.push(catalog)
    return catalog
  }
  afterEach(async () => {
    for (const catalog of opened.splice(0)) await catalog.close?.()
  })

  test('counts the uses of a grant down, and not one more', async () => {
    const catalog = catalogOf()
    await catalog.insert(record('a'), PLENTY)
    expect(await catalog.addGrant(grantOf('g', 'a', { usesLeft: 5 }), 0)).toBe('added')
    const uses = await Promise.all(Array.from({ length: 20 }, () => catalog.useGrant('g')))
    expect(uses.filter((outcome) => outcome === 'used')).toHaveLength(5)
    expect(uses.filter((outcome) => outcome === 'used_up')).toHaveLength(15)
    expect(await catalog.useGrant('none')).toBe('unknown')
  })

  test('takes a file out with all that belongs to it', async () => {
    const catalog = catalogOf()
    await catalog.insert(record('a'), PLENTY)
    await catalog.insert(record('b'), PLENTY)
    for (const id of ['g', 'h']) await catalog.addGrant(grantOf(id, 'a'), 0)
    await catalog.addGrant(grantOf('i', 'b'), 0)
    expect(await catalog.remove('a')).toEqual(record('a'))
    expect(await catalog.remove('a')).toBeUndefined()
    expect(await catalog.find('a')).toBeUndefined()
    expect(await catalog.findGrant('g')).toBeUndefined()
    expect(await catalog.listGrants('b')).toEqual([grantOf('i', 'b')])
    expect(await catalog.addGrant(grantOf('j', 'a'), 0)).toBe('file_unknown')
    expect(await catalog.removeGrant('i')).toBe(true)
    expect(await catalog.removeGrant('i')).toBe(false)
  })

  test('replaces a key only where it is still the one that was read', async () => {
    const catalog = catalogOf()
    await catalog.insert(record('a'), PLENTY)
    const by = (wrappedKey: string) => ({ wrappedKey, keyId: 'two' })
    const outcomes = await Promise.all(['x', 'y'].map((key) => catalog.replaceKey('a', 'wrapped', by(key))))
    expect(outcomes.sort()).toEqual([false, true])
    expect(await catalog.replaceKey('none', 'wrapped', by('x'))).toBe(false)
    expect(await catalog.replacePermissions('a', { read: [{ role: 'x' }] })).toBe(true)
    expect(await catalog.replacePermissions('none', {})).toBe(false)
    expect(await catalog.find('a')).toMatchObject({ keyId: 'two', permissions: { read: [{ role: 'x' }] } })
  })

  test('gives files out in pages', async () => {
    const catalog = catalogOf()
    for (const id of ['c', 'a', 'b']) await catalog.insert(record(id), PLENTY)
    const ids = async (page: { after?: string; limit: number }) =>
      (await catalog.list(page)).map((each) => each.id)
    expect(await ids({ limit: 2 })).toEqual(['a', 'b'])
    expect(await ids({ after: 'b', limit: 2 })).toEqual(['c'])
  })

  test('refuses what does not fit, and forgets grants that expired', async () => {
    const catalog = catalogOf({ files: 1, grants: 2 })
    expect(await catalog.insert(record('a'), PLENTY)).toBe('inserted')
    expect(await catalog.insert(record('b'), PLENTY)).toBe('full')
    expect(await catalog.insert(record('b'), { files: 1, bytes: 1e6 })).toBe('quota_exceeded')
    expect(await catalog.insert(record('b'), { files: 9, bytes: 199 })).toBe('quota_exceeded')
    for (const id of ['g', 'h']) await catalog.addGrant(grantOf(id, 'a', { expiresAt: 100 }), 0)
    expect(await catalog.addGrant(grantOf('i', 'a'), 99)).toBe('full')
    expect(await catalog.addGrant(grantOf('i', 'a'), 100)).toBe('added')
    expect(await catalog.findGrant('g')).toBeUndefined()
  })
})

test('a catalog is there again after it was closed, and nobody else may enter it', async () => {
  const path = join(root, 'private')
  const before = openLmdbCatalog({ path })
  await before.insert(record('a'), PLENTY)
  await before.close()
  const after = openLmdbCatalog({ path })
  expect(await after.find('a')).toEqual(record('a'))
  await after.close()
  chmodSync(path, 0o755)
  expect(() => openLmdbCatalog({ path })).toThrow(/^path: can be entered by others/)
})

describe(`a process that is killed (${KILLS} times each)`, () => {
  let program: string
  beforeAll(async () => {
    program = await buildProgram(join(__dirname, 'support/vault-process.ts'), join(root, 'program'))
  }, 60_000)

  /** What it said before it was killed, after it was ready. */
  async function killed(folder: string, what: string, after: number): Promise<string[]> {
    return (await killedProgram([program, folder, what], after)).filter((line) => line !== 'ready')
  }

  async function openedVault(folder: string) {
    const issuer = 'https://id.example.com'
    const audience = 'https://files.example.com/grants'
    const keyRing = createKeyRing()
    const catalog = openLmdbCatalog({ path: join(folder, 'catalog') })
    const secretOf = (id: string) => createHash('sha256').update(`for tests only: ${id}`).digest()
    const vault = createFileVault({
      blobs: ipfsDirectoryStore({ path: join(folder, 'blobs') }),
      catalog,
      signer: createFileSigner({ issuer, keyRing, audience }),
      verifier: createFileVerifier({ issuer, audience, keys: localJwks(await keyRing.jwks()) }),
      keys: createFileKeys({ current: 'one', keys: ['one', 'two'].map((id) => ({ id, key: secretOf(id) })) }),
    })
    const contentOf = async (id: string) => {
      const { grant } = await vault.grant(id, { subject: 'x', actions: ['read'], expiresIn: 60 })
      return read(await vault.open(grant))
    }
    return { vault, catalog, contentOf }
  }

  const isWhole = (content: Buffer) =>
    content.length === 1_200_000 && content.equals(Buffer.alloc(1_200_000, content[0]))

  test('leaves whole files and nothing else: uploads, rotations and destroys', async () => {
    const folder = join(root, 'killed')
    mkdirSync(folder, { mode: 0o700 })
    const said: string[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      said.push(...(await killed(folder, 'put', 5 + ((kill * 37) % 120))))
    }
    const stored = said.map((line) => line.split(' ')[1]!)
    const afterPut = await openedVault(folder)
    const files = await afterPut.catalog.list({ limit: 10_000 })
    // What was answered is there; besides it at most the one file of each kill whose answer was under way.
    for (const id of stored) expect(files.some((file) => file.id === id)).toBe(true)
    expect(files.length).toBeLessThanOrEqual(stored.length + KILLS)
    for (const { id } of files) expect(isWhole(await afterPut.contentOf(id))).toBe(true)
    await afterPut.vault.sweep({ olderThan: 0 })
    expect(readdirSync(join(folder, 'blobs', 'contents'))).toHaveLength(files.length * 2)
    expect(readdirSync(join(folder, 'blobs', 'unfinished'))).toEqual([])
    await afterPut.catalog.close()

    for (let kill = 0; kill < KILLS; kill++) await killed(folder, 'rotate', 3 + ((kill * 29) % 90))
    const afterRotation = await openedVault(folder)
    const rotated = await afterRotation.catalog.list({ limit: 10_000 })
    expect(rotated.map(({ id }) => id)).toEqual(files.map(({ id }) => id))
    for (const { id } of rotated) expect(isWhole(await afterRotation.contentOf(id))).toBe(true)
    expect(await afterRotation.vault.rotate()).toMatchObject({ failed: [] })
    await afterRotation.catalog.close()

    for (let kill = 0; kill < KILLS; kill++) {
      const lines = await killed(folder, 'destroy', (kill * 7) % 15)
      const { catalog, contentOf, vault } = await openedVault(folder)
      const left = await catalog.list({ limit: 10_000 })
      for (const line of lines) {
        const [verb, id] = line.split(' ')
        if (verb === 'destroyed') expect(left.some((file) => file.id === id)).toBe(false)
      }
      for (const { id } of left.slice(0, 3)) expect(isWhole(await contentOf(id))).toBe(true)
      await vault.sweep({ olderThan: 0 })
      expect(readdirSync(join(folder, 'blobs', 'contents'))).toHaveLength(left.length * 2)
      await catalog.close()
    }
  }, 600_000)
})
