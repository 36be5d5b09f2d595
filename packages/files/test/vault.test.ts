import { hasRole } from '@portcullis/core'
import { createFileKeys, createFileVault, isPerson, memoryBlobStore, type FileError } from '@portcullis/files'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createManifestVerifier } from '../src/tokens/manifest-verifier.ts'
import { ALICE, BOB, bobReads, createBench, ISSUER, keyOf, put, read, VAULT } from './support/bench.ts'

const CONTENT = randomBytes(700_000)

describe('a file that was put into a vault', () => {
  test('comes back to whom a grant allows it, with its name and type', async () => {
    const bench = await createBench()
    const { id, size } = await put(bench, CONTENT)
    const { grant } = await bench.vault.grant(id, bobReads)
    const opened = await bench.vault.open(grant)

    expect(opened).toMatchObject({ id, name: 'report.pdf', type: 'application/pdf', size: CONTENT.length })
    expect(opened.range).toEqual({ start: 0, end: CONTENT.length })
    expect(size).toBe(CONTENT.length)
    expect((await read(opened)).equals(CONTENT)).toBe(true)
  })

  test.each([0, 1, 1023, 1024, 1025, 967, 968, 969, 5000])('is whole with %i bytes', async (length) => {
    const bench = await createBench({ segmentBytes: 1024, padding: 'none' })
    const content = randomBytes(length)
    const { id } = await put(bench, content)
    const auth = await bench.authOf('alice')
    expect((await read(await bench.vault.openAs(auth, id))).equals(content)).toBe(true)
  })

  test('opens to its owner without a grant, and to nobody else', async () => {
    const bench = await createBench()
    const { id } = await put(bench, CONTENT)
    expect((await read(await bench.vault.openAs(await bench.authOf('alice'), id))).equals(CONTENT)).toBe(true)
    const bob = await bench.authOf('bob', ['clerk'])
    await expect(bench.vault.openAs(bob, id)).rejects.toMatchObject({ code: 'policy_refused', status: 403 })
    await expect(bench.vault.openAs(undefined as never, id)).rejects.toMatchObject({
      code: 'credentials_missing',
    })
  })

  test('opens to a role that it permits, until that ends', async () => {
    const bench = await createBench()
    const until = bench.clock() + 60
    const { id } = await put(bench, CONTENT, { permissions: { read: [{ role: 'clerk', until }] } })
    const clerk = await bench.authOf('bob', ['clerk'])
    expect((await read(await bench.vault.openAs(clerk, id))).equals(CONTENT)).toBe(true)
    await expect(bench.vault.authorize(clerk, id, 'share')).rejects.toMatchObject({ status: 403 })
    bench.clock.advance(60)
    await expect(bench.vault.openAs(clerk, id)).rejects.toMatchObject({ status: 403 })
    await bench.vault.permit(id, { read: [BOB] })
    expect((await bench.vault.openAs(clerk, id)).size).toBe(CONTENT.length)
    expect(await bench.vault.permissions(id)).toEqual({ read: [BOB] })
  })

  test('opens by the policies of the vault, the same as those of routes', async () => {
    const bench = await createBench({ policies: { read: hasRole('auditor'), destroy: isPerson(BOB) } })
    const { id } = await put(bench, CONTENT)
    expect((await bench.vault.openAs(await bench.authOf('eve', ['auditor']), id)).id).toBe(id)
    await bench.vault.authorize(await bench.authOf('bob'), id, 'destroy')
    const stranger = bench.vault.authorize(await bench.authOf('eve', ['auditor']), id, 'destroy')
    await expect(stranger).rejects.toMatchObject({ status: 403 })
  })

  test('is listed for whom it can be read by', async () => {
    const bench = await createBench()
    const first = await put(bench, CONTENT, { name: 'first.txt', type: 'text/plain' })
    await put(bench, CONTENT, { owner: BOB })
    const shared = await put(bench, CONTENT, { owner: BOB, permissions: { read: [{ role: 'clerk' }] } })
    const names = (await bench.vault.list(await bench.authOf('alice', ['clerk']))).map(({ id }) => id)
    expect(names.sort()).toEqual([first.id, shared.id].sort())
    expect(await bench.vault.list(await bench.authOf('alice'), { limit: 0 })).toEqual([])
  })

  test('gives out any part, and reads no more than the segments it is in', async () => {
    const bench = await createBench({ segmentBytes: 1024 })
    const { id } = await put(bench, CONTENT)
    const auth = await bench.authOf('alice')
    for (const [start, end] of [
      [0, 1],
      [967, 969],
      [968, 968 + 1008],
      [500_000, 500_100],
      [CONTENT.length - 1, CONTENT.length],
      [CONTENT.length - 5000, CONTENT.length + 10],
    ] as const) {
      bench.blobs.reads.length = 0
      const opened = await bench.vault.openAs(auth, id, { range: { start, end } })
      expect((await read(opened)).equals(CONTENT.subarray(start, end))).toBe(true)
      const content = bench.blobs.reads.at(-1)
      expect(content!.end - content!.start).toBeLessThanOrEqual(end - start + 2 * 1024)
    }
  })
})

describe('what a vault remembers', () => {
  test('is the manifest of a file that was opened: reading another part reads the content alone', async () => {
    const bench = await createBench({ segmentBytes: 1024 })
    const { id, content } = await put(bench, CONTENT)
    const auth = await bench.authOf('alice')
    await bench.vault.describeAs(auth, id)
    bench.blobs.reads.length = 0
    const opened = await bench.vault.openAs(auth, id, { range: { start: 5, end: 10 } })
    expect((await read(opened)).equals(CONTENT.subarray(5, 10))).toBe(true)
    expect(bench.blobs.reads).toEqual([{ start: 0, end: 1024 }])
    await bench.blobs.remove(content)
    await expect(read(await bench.vault.openAs(auth, id))).rejects.toMatchObject({
      code: 'storage_unavailable',
    })
  })

  test('opens nothing: a file that another vault destroyed is gone, and so is one whose key was taken out', async () => {
    const bench = await createBench()
    const { id } = await put(bench, CONTENT)
    const auth = await bench.authOf('alice')
    await bench.vault.describeAs(auth, id)
    const { blobs, catalog, keys, signer, verifier } = bench
    const record = (await catalog.find(id))!
    await catalog.replaceKey(id, record.wrappedKey, {
      wrappedKey: await createFileKeys({ current: 'two', keys: [keyOf('two')] }).wrap(randomBytes(32), id),
      keyId: 'two',
    })
    await expect(bench.vault.describeAs(auth, id)).rejects.toMatchObject({
      code: 'key_encryption_key_unknown',
    })
    await createFileVault({ blobs, catalog, keys, signer, verifier }).destroy(id)
    await expect(bench.vault.describeAs(auth, id)).rejects.toMatchObject({ code: 'file_unknown' })
  })

  test('is the keys that signed, each with a clock for each call at the same time', async () => {
    const bench = await createBench()
    const verify = createManifestVerifier({ issuer: ISSUER, audience: VAULT, maxTokenLength: 65_536 })
    const statements = []
    for (let file = 0; file < 20; file++) {
      statements.push(await bench.signer.manifest({ subject: `file ${file}`, claims: {} }))
      bench.clock.advance(1_000_000)
    }
    const late = { ...statements[0]!, signedAt: statements[19]!.signedAt }
    const answers = await Promise.all(
      [...statements, late].map(({ token, signedBy, signedAt }) =>
        verify(token, signedBy, signedAt).then(
          ({ subject }) => subject,
          (error: unknown) => (error as { code: string }).code,
        ),
      ),
    )
    expect(answers).toEqual([...statements.map((_, file) => `file ${file}`), 'token_expired'])
  })
})

test('a stream that is stopped tells the storage at once, also while it waits for it', async () => {
  const hanging = memoryBlobStore()
  let stopped: AbortSignal | undefined
  const bench = await createBench({
    blobs: {
      ...hanging,
      async *read(name, span, signal) {
        if (signal === undefined) {
          yield* hanging.read(name, span)
        } else {
          stopped = signal
          yield await new Promise<never>(() => undefined)
        }
      },
    },
  })
  const { id } = await put(bench, CONTENT)
  const { stream } = await bench.vault.openAs(await bench.authOf('alice'), id)
  stream.resume()
  await new Promise(setImmediate)
  expect(stopped?.aborted).toBe(false)
  stream.destroy()
  await once(stream, 'close')
  expect(stopped?.aborted).toBe(true)
})

describe('keys', () => {
  test('rotate without a byte being encrypted again, and the old one can go', async () => {
    const one = keyOf('one')
    const two = keyOf('two')
    const bench = await createBench({ keys: createFileKeys({ current: 'one', keys: [one] }) })
    const stored = await Promise.all([put(bench, CONTENT), put(bench, randomBytes(10))])
    const both = createFileKeys({ current: 'two', keys: [one, two] })
    const { blobs, catalog, signer, verifier } = bench
    const rotating = createFileVault({ blobs, catalog, signer, verifier, keys: both })
    bench.blobs.reads.length = 0

    expect(await rotating.rotate()).toEqual({ wrapped: 2, failed: [] })
    expect(await rotating.rotate()).toEqual({ wrapped: 0, failed: [] })
    expect(bench.blobs.reads).toEqual([])

    const onlyNew = createFileKeys({ current: 'two', keys: [two] })
    const after = createFileVault({ blobs, catalog, signer, verifier, keys: onlyNew })
    expect((await read(await after.openAs(await bench.authOf('alice'), stored[0].id))).equals(CONTENT)).toBe(
      true,
    )
    const before = bench.vault.openAs(await bench.authOf('alice'), stored[0].id)
    await expect(before).rejects.toMatchObject({ code: 'key_encryption_key_unknown' })
  })

  test('a rotation names the files that it could not wrap, and goes on', async () => {
    const bench = await createBench()
    const { blobs, catalog, signer, verifier } = bench
    const { id } = await put(bench, CONTENT)
    const keys = createFileKeys({ current: 'two', keys: [keyOf('two')] })
    const other = createFileVault({ blobs, catalog, signer, verifier, keys })
    expect(await other.rotate()).toEqual({ wrapped: 0, failed: [id] })
  })

  test('destroying a file takes its key, its grants and its ciphertext', async () => {
    const bench = await createBench()
    const { id, content } = await put(bench, CONTENT)
    const { grant } = await bench.vault.grant(id, bobReads)
    const auth = await bench.authOf('alice')
    await bench.vault.destroy(id)
    await expect(bench.vault.open(grant)).rejects.toMatchObject({ code: 'grant_unknown' })
    await expect(bench.vault.openAs(auth, id)).rejects.toMatchObject({ code: 'file_unknown' })
    await expect(bench.vault.destroy(id)).rejects.toMatchObject({ code: 'file_unknown' })
    await expect(read({ stream: bench.blobs.read(content, { start: 0, end: 1 }) })).rejects.toThrow()
    expect(await bench.catalog.list({ limit: 10 })).toEqual([])
  })

  test('the signature of a manifest holds when the ring has long forgotten the key', async () => {
    const bench = await createBench()
    const { id } = await put(bench, CONTENT)
    const auth = await bench.authOf('alice')
    const before = await bench.keyRing.jwks()
    for (const days of [200, 200, 200]) {
      bench.clock.advance(days * 86_400)
      await bench.keyRing.jwks()
    }
    const after = await bench.keyRing.jwks()
    expect(after.keys.filter(({ kid }) => before.keys.some((key) => key.kid === kid))).toEqual([])
    expect((await bench.vault.openAs(auth, id)).id).toBe(id)
  })
})

test('what a sweep removes no file has', async () => {
  const bench = await createBench()
  const { id } = await put(bench, CONTENT)
  async function* bytes() {
    yield await Promise.resolve(Buffer.from('left by a process that was killed'))
  }
  await bench.blobs.put(bytes())
  expect(await bench.vault.sweep()).toBe(0)
  expect(await bench.vault.sweep({ olderThan: 0 })).toBe(1)
  expect((await read(await bench.vault.openAs(await bench.authOf('alice'), id))).equals(CONTENT)).toBe(true)
})

test('an error says what it may in JSON, and all that is unreadable says the same', async () => {
  const { FileError } = await import('@portcullis/files')
  const told = (code: ConstructorParameters<typeof FileError>[0]) => JSON.stringify(new FileError(code))
  const same = new Set(
    (['segment_invalid', 'header_invalid', 'key_commitment_mismatch', 'wrapped_key_invalid'] as const).map(
      told,
    ),
  )
  expect(same.size).toBe(1)
  const error: FileError = new FileError('storage_unavailable')
  expect(error).toMatchObject({ status: 503, statusCode: 503, expose: true })
  expect(error.headers).toEqual({ 'Cache-Control': 'no-store', 'Retry-After': '5' })
  expect(ALICE.subject).toBe('alice')
})
