import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyRing, directoryKeyRingStore } from '@portcullis/issuer'
import { buildProgram } from '../../../test/support/build-program.ts'

let root: string
let program: string
let path: string
let number = 0

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'portcullis-ring-'))
  program = await buildProgram(join(__dirname, 'support/rotating-process.ts'), root)
}, 120_000)
afterAll(() => {
  rmSync(root, { recursive: true })
})
beforeEach(() => {
  path = join(root, `keys-${number++}`)
})

const filesOf = (directory: string) => readdirSync(directory).sort()

test('keys survive the process, in files that only their owner reads', async () => {
  const ids = async () =>
    (await createKeyRing({ store: directoryKeyRingStore(path) }).jwks()).keys.map(({ kid }) => kid)
  const first = await ids()
  expect(await ids()).toEqual(first)
  expect(filesOf(path)).toEqual(['ring-000000000001.json'])
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(statSync(join(path, 'ring-000000000001.json')).mode & 0o777).toBe(0o600)
})

test('a ring is replaced from the version before only', async () => {
  const store = directoryKeyRingStore(path)
  expect(await store.read()).toBeUndefined()
  expect(await store.replace({ version: 2, content: 'b' })).toBe(false)
  const rivals = ['a', 'b', 'c', 'd'].map((content) => store.replace({ version: 1, content }))
  expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1)
  expect(await store.replace({ version: 1, content: 'late' })).toBe(false)
  expect(await store.replace({ version: 2, content: 'next' })).toBe(true)
  expect(await store.replace({ version: 3, content: 'last' })).toBe(true)
  expect(await store.read()).toEqual({ version: 3, content: 'last' })
  expect(filesOf(path)).toEqual(['ring-000000000002.json', 'ring-000000000003.json'])
})

test('damaged files and files that others can read are refused, without a word of what they hold', async () => {
  const ring = () => createKeyRing({ store: directoryKeyRingStore(path) })
  await ring().jwks()
  const file = join(path, 'ring-000000000001.json')
  const whole = readFileSync(file)
  for (const length of [0, 1, 40, whole.length >> 1, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length))
    await expect(ring().jwks()).rejects.toMatchObject({ code: 'key_ring_corrupt' })
  }
  writeFileSync(file, whole)
  chmodSync(file, 0o640)
  await expect(ring().jwks()).rejects.toMatchObject({ code: 'key_ring_exposed' })
})

test('several processes rotate once', async () => {
  await createKeyRing({ store: directoryKeyRingStore(path), clock: () => 1_800_000_000 }).jwks()
  const children = Array.from({ length: 3 }, () =>
    spawn(process.execPath, [program, path, '1800000000', '1']),
  )
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  const codes = children.map(async (child) => {
    child.stdin.write('go\n')
    return (await once(child, 'close'))[0] as unknown
  })
  expect(await Promise.all(codes)).toEqual([0, 0, 0])
  expect((await directoryKeyRingStore(path).read())?.version).toBe(2)
}, 120_000)

test('a process killed at any moment leaves a whole ring', async () => {
  let version = 0
  for (let turn = 0; turn < 12; turn++) {
    const child = spawn(process.execPath, [
      program,
      path,
      String(1_800_000_000 + turn * 10_000_000),
      '1000000',
    ])
    await once(child.stdout, 'data')
    child.stdin.write('go\n')
    await new Promise((resolve) => setTimeout(resolve, turn * 7))
    child.kill('SIGKILL')
    await once(child, 'close')
    const stored = await directoryKeyRingStore(path).read()
    expect(stored!.version).toBeGreaterThan(version)
    version = stored!.version
    const ring = createKeyRing({ store: directoryKeyRingStore(path), clock: () => 1_800_000_000 })
    expect((await ring.jwks()).keys.length).toBeGreaterThanOrEqual(2)
  }
}, 120_000)
