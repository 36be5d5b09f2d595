import { createFileSigner, createFileVerifier, type GrantRequest } from '@portcullis/files'
import { createStatementSigner } from '@portcullis/issuer'
import { randomBytes } from 'node:crypto'
import { ALICE, BOB, bobReads, createBench, ISSUER, put, read, VAULT, type Bench } from '../support/bench.ts'

const CONTENT = randomBytes(10_000)

async function shared(more: Partial<GrantRequest> = {}) {
  const bench = await createBench({ segmentBytes: 1024 })
  const { id } = await put(bench, CONTENT)
  return {
    ...bench,
    id,
    ...(await bench.vault
      .grant(id, { ...bobReads, ...more })
      .then(({ grant, id: grantId }) => ({ grant, grantId }))),
  }
}

describe('a grant, 305,', () => {
  test('is for one file: another one is not opened by it', async () => {
    const bench = await shared()
    const other = await put(bench, CONTENT)
    await expect(bench.vault.open(bench.grant, { file: other.id })).rejects.toMatchObject({
      code: 'grant_file_mismatch',
      status: 403,
    })
    expect((await bench.vault.open(bench.grant, { file: bench.id })).id).toBe(bench.id)
  })

  test('is for its actions: describing does not read, reading does not destroy, destroying does not read', async () => {
    const bench = await shared({ actions: ['describe'] })
    await expect(bench.vault.open(bench.grant)).rejects.toMatchObject({ code: 'grant_action_mismatch' })
    expect(await bench.vault.describe(bench.grant)).toMatchObject({
      name: 'report.pdf',
      size: CONTENT.length,
    })
    const reading = await bench.vault.grant(bench.id, bobReads)
    await expect(bench.vault.destroyBy(reading.grant)).rejects.toMatchObject({
      code: 'grant_action_mismatch',
    })
    expect((await bench.vault.describe(reading.grant)).id).toBe(bench.id)
    const destroying = await bench.vault.grant(bench.id, { ...bobReads, actions: ['destroy'] })
    await expect(bench.vault.open(destroying.grant)).rejects.toMatchObject({ code: 'grant_action_mismatch' })
    await bench.vault.destroyBy(destroying.grant)
    await expect(bench.vault.describe(reading.grant)).rejects.toMatchObject({ code: 'grant_unknown' })
  })

  test('is for its subject, of its issuer, where it is known who asks', async () => {
    const { vault, grant, authOf } = await shared()
    expect((await vault.open(grant, { auth: await authOf('bob') })).size).toBe(CONTENT.length)
    await expect(vault.open(grant, { auth: await authOf('eve') })).rejects.toMatchObject({
      code: 'grant_subject_mismatch',
    })
    const ofOther = await shared({ subjectIssuer: 'https://other.example.com' })
    const bob = await ofOther.authOf('bob')
    await expect(ofOther.vault.open(ofOther.grant, { auth: bob })).rejects.toMatchObject({
      code: 'grant_subject_mismatch',
    })
  })

  test('expires, and what was opened before is finished', async () => {
    const { vault, grant, clock } = await shared()
    const opened = await vault.open(grant)
    clock.advance(306)
    expect((await read(opened)).equals(CONTENT)).toBe(true)
    await expect(vault.open(grant)).rejects.toMatchObject({ code: 'token_expired' })
  })

  test('opens as often as it says, however many ask at once', async () => {
    const { vault, grant } = await shared({ maxUses: 3 })
    const attempts = Array.from({ length: 20 }, () => vault.open(grant).then(read))
    const outcomes = await Promise.allSettled(attempts)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'grant_used_up', status: 403 })
    }
    await expect(vault.open(grant)).rejects.toMatchObject({ code: 'grant_used_up' })
  })

  test('is not used up by what was refused, nor by a description', async () => {
    const { vault, grant, authOf } = await shared({ maxUses: 1, range: { start: 0, end: 100 } })
    const eve = await authOf('eve')
    await expect(vault.open(grant, { auth: eve })).rejects.toMatchObject({ code: 'grant_subject_mismatch' })
    await expect(vault.open(grant)).rejects.toMatchObject({ code: 'grant_range_exceeded' })
    await expect(vault.open(grant, { range: { start: 10_000 } })).rejects.toMatchObject({
      code: 'range_unsatisfiable',
    })
    await vault.describe(grant)
    const opened = await vault.open(grant, { range: { end: 100 } })
    expect((await read(opened)).equals(CONTENT.subarray(0, 100))).toBe(true)
  })

  test('is for its range', async () => {
    const { vault, grant } = await shared({ range: { start: 1000, end: 3000 } })
    const opened = await vault.open(grant, { range: { start: 1500, end: 3000 } })
    expect((await read(opened)).equals(CONTENT.subarray(1500, 3000))).toBe(true)
    for (const range of [{ start: 999, end: 3000 }, { start: 1000, end: 3001 }, { start: 1000 }, undefined]) {
      await expect(vault.open(grant, { range })).rejects.toMatchObject({ code: 'grant_range_exceeded' })
    }
  })

  test('ends at once when it is revoked', async () => {
    const { vault, grant, grantId, id } = await shared()
    expect(await vault.grants(id)).toMatchObject([{ id: grantId, subject: 'bob' }])
    expect(await vault.revoke(grantId)).toBe(true)
    expect(await vault.revoke(grantId)).toBe(false)
    await expect(vault.open(grant)).rejects.toMatchObject({ code: 'grant_unknown', status: 403 })
    expect(await vault.grants(id)).toEqual([])
  })

  test('is of this vault: one of another audience, issuer, key or kind opens nothing', async () => {
    const bench = await shared()
    const { vault, keyRing, clock, id } = bench
    const signed = async (type: string, audience = VAULT, claims: object = {}) => {
      const signer = createStatementSigner({ issuer: ISSUER, keyRing, type, clock })
      const own = { file: id, actions: ['read'], subject_issuer: ISSUER, ...claims }
      return (await signer.sign({ subject: 'bob', audience, claims: own })).token
    }
    await expect(vault.open(await bench.tokenOf('alice'))).rejects.toMatchObject({
      code: 'token_type_not_allowed',
    })
    await expect(vault.open(await signed('other+jwt'))).rejects.toMatchObject({
      code: 'token_type_not_allowed',
    })
    await expect(vault.open(await signed('file-manifest+jwt'))).rejects.toMatchObject({
      code: 'token_type_not_allowed',
    })
    await expect(
      vault.open(await signed('file-grant+jwt', 'https://other.example.com')),
    ).rejects.toMatchObject({
      code: 'audience_mismatch',
    })
    const stranger = await shared()
    await expect(vault.open(stranger.grant)).rejects.toMatchObject({ code: 'key_unknown' })
    await expect(vault.open('no token')).rejects.toMatchObject({ code: 'token_malformed' })
    // Signed by us, and never issued by the vault.
    await expect(vault.open(await signed('file-grant+jwt'))).rejects.toMatchObject({ code: 'grant_unknown' })
    for (const claims of [
      { file: '../../etc/passwd' },
      { actions: ['everything'] },
      { actions: [] },
      { actions: 'read' },
      { range: [5, 1] },
      { range: [0, 2 ** 60] },
      { link: 'yes' },
      { subject_issuer: 7 },
    ]) {
      const token = await signed('file-grant+jwt', VAULT, claims)
      await expect(vault.open(token)).rejects.toMatchObject({ code: 'grant_invalid', status: 401 })
    }
  })

  test('does not stand for its subject: as an access token it is none', async () => {
    const { vault, verifier, grant, authOf, id } = await shared({ subject: 'alice' })
    const asAlice = await verifier.verify(grant)
    await expect(vault.openAs(asAlice, id)).rejects.toMatchObject({ code: 'token_type_not_allowed' })
    const auth = await authOf('alice')
    await expect(vault.open(auth as never)).rejects.toMatchObject({ code: 'grant_invalid' })
    const other = createFileVerifier({
      issuer: ISSUER,
      audience: 'https://other.example.com',
      keys: (await createBench()).jwks,
    })
    expect(other.audience).not.toBe(VAULT)
  })

  test('that is bound to a key is worth nothing without its proof', async () => {
    const { vault, grant } = await shared({ keyThumbprint: 'A'.repeat(43) })
    await expect(vault.open(grant)).rejects.toMatchObject({ code: 'proof_required' })
  })

  test('for a link is for one use and a minute, and is taken from nowhere else', async () => {
    const link = { link: true, maxUses: 1, expiresIn: 60 }
    const { vault, grant } = await shared(link)
    await expect(vault.open(grant)).rejects.toMatchObject({ code: 'grant_only_a_link' })
    expect((await vault.open(grant, { fromLink: true })).size).toBe(CONTENT.length)
    await expect(vault.open(grant, { fromLink: true })).rejects.toMatchObject({ code: 'grant_used_up' })
    const ordinary = await shared()
    await expect(ordinary.vault.open(ordinary.grant, { fromLink: true })).rejects.toMatchObject({
      code: 'grant_not_a_link',
    })
    for (const change of [
      { maxUses: 2 },
      { maxUses: undefined },
      { expiresIn: 61 },
      { keyThumbprint: 'A'.repeat(43) },
    ]) {
      await expect(shared({ ...link, ...change } as GrantRequest)).rejects.toMatchObject({
        code: 'grant_request_invalid',
      })
    }
  })

  test.each([
    { subject: '' },
    { actions: [] },
    { actions: ['write'] },
    { actions: ['read', 'read'] },
    { expiresIn: 0 },
    { expiresIn: Number.NaN },
    { expiresIn: 1e12 },
    { maxUses: 0 },
    { maxUses: 1.5 },
    { maxUses: Number.POSITIVE_INFINITY },
    { range: { start: 5, end: 5 } },
    { range: { start: -1, end: 5 } },
    { keyThumbprint: 'short' },
    { subjectIssuer: '' },
  ])('cannot say %j', async (change) => {
    await expect(shared(change as never)).rejects.toMatchObject({ code: 'grant_request_invalid' })
  })
})

const TRAVERSALS = [
  '..',
  '../x',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f',
  '..\\..\\x',
  '\\\\server\\share',
  '/etc/passwd',
  'C:\\windows',
  'con',
  'a\0b',
  '․․/x',
  'AAAAAAAAAAAAAAAAAAAAAA\n',
  'AAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAB',
  '',
  7,
  undefined,
]

test('an id that is none of ours is never looked up, and names no path, 305', async () => {
  const bench = await createBench()
  const asked: string[] = []
  const catalog = {
    ...bench.catalog,
    find: (id: string) => {
      asked.push(id)
      return bench.catalog.find(id)
    },
    remove: (id: string) => {
      asked.push(id)
      return bench.catalog.remove(id)
    },
  }
  const { vault } = await createBench({ catalog })
  const auth = await bench.authOf('alice')
  for (const id of TRAVERSALS as string[]) {
    for (const attempt of [
      () => vault.openAs(auth, id),
      () => vault.describeAs(auth, id),
      () => vault.grant(id, bobReads),
      () => vault.permit(id, {}),
      () => vault.grants(id),
      () => vault.destroy(id),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'file_unknown', status: 404 })
    }
  }
  expect(asked).toEqual([])
})

describe('what is said of a file', () => {
  test.each([
    '',
    '..',
    '.',
    'a/b',
    'a\\b',
    'a\0b',
    'a\r\nSet-Cookie: x',
    'report\u202Efdp.exe',
    '\u200Bx',
    'x\uD800',
    ' x',
    'x.',
    'con',
    'NUL.txt',
    'a:b',
    'a"b',
    'x'.repeat(256),
    '\uFEFFx',
    7,
  ])('cannot be the name %j, 307, 308', async (name) => {
    const bench = await createBench()
    await expect(put(bench, CONTENT, { name })).rejects.toMatchObject({
      code: 'metadata_invalid',
      status: 400,
    })
  })

  test.each(['Jahresbericht 2026 – für alle.pdf', '図面.png', 'a;b=c.txt', "it's.txt", '.profile'])(
    'can be the name %j',
    async (name) => {
      const bench = await createBench()
      const { id } = await put(bench, CONTENT, { name })
      expect((await bench.vault.describeAs(await bench.authOf('alice'), id)).name).toBe(name)
    },
  )

  test.each([
    { type: 'text' },
    { type: 'text/html\r\nx: y' },
    { type: 'a/b/c' },
    { owner: undefined },
    { owner: { issuer: ISSUER } },
    { owner: { issuer: ISSUER, subject: '' } },
    { permissions: [] },
    { permissions: { write: [] } },
    { permissions: { read: ['clerk'] } },
    { permissions: { read: [{ role: 'clerk', subject: 'x' }] } },
    { permissions: { read: [{ subject: 'bob' }] } },
    { permissions: { read: [{ role: '' }] } },
    { permissions: { read: [{ scope: 'two words' }] } },
    { permissions: { read: [{ role: 'clerk', until: 'soon' }] } },
    { permissions: { read: Array.from({ length: 65 }, (_, at) => ({ role: `r${at}` })) } },
  ])('cannot be %j', async (more) => {
    const bench = await createBench()
    await expect(put(bench, CONTENT, more)).rejects.toMatchObject({ code: 'metadata_invalid' })
  })
})

describe('what is put, 308,', () => {
  const nothingIsLeft = async ({ blobs, catalog }: Bench) => {
    expect(await catalog.list({ limit: 10 })).toEqual([])
    const left: unknown[] = []
    for await (const blob of blobs.list!()) left.push(blob)
    expect(left).toEqual([])
  }

  test('is not larger than is allowed, and nothing is left of it', async () => {
    const bench = await createBench({ maxBytes: 9999 })
    await expect(put(bench, CONTENT)).rejects.toMatchObject({ code: 'content_too_large', status: 413 })
    await nothingIsLeft(bench)
    expect((await put(bench, CONTENT.subarray(1))).size).toBe(9999)
  })

  test('leaves nothing when it breaks off', async () => {
    const bench = await createBench()
    async function* breaking() {
      yield* [await Promise.resolve(CONTENT)]
      throw new Error('the client went away')
    }
    const putting = bench.vault.put(breaking(), { name: 'x', owner: ALICE })
    await expect(putting).rejects.toMatchObject({ code: 'upload_incomplete', status: 400 })
    async function* text() {
      yield await Promise.resolve('text' as never)
    }
    await expect(bench.vault.put(text(), { name: 'x', owner: ALICE })).rejects.toMatchObject({
      code: 'upload_incomplete',
    })
    await nothingIsLeft(bench)
  })

  test('counts towards the quota of its owner, however many put at once', async () => {
    const bench = await createBench({ quota: { files: 3 } })
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => put(bench, CONTENT)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'quota_exceeded', status: 413 })
    }
    expect((await put(bench, CONTENT, { owner: BOB })).size).toBe(10_000)
    const [first] = await bench.catalog.list({ limit: 1 })
    await bench.vault.destroy(first!.id)
    await put(bench, CONTENT, { owner: first!.owner })
    let blobs = 0
    for await (const blob of bench.blobs.list!()) if (blob.name) blobs++
    expect(blobs).toBe(8)

    const byBytes = await createBench({ quota: { bytes: 25_000 } })
    await put(byBytes, CONTENT)
    await put(byBytes, CONTENT)
    await expect(put(byBytes, CONTENT)).rejects.toMatchObject({ code: 'quota_exceeded' })
  })

  test('is refused as unavailable where the storage is, and the reason stays inside', async () => {
    const bench = await createBench()
    const blobs = { ...bench.blobs, put: () => Promise.reject(new Error('disk /secret/path is full')) }
    const { vault } = await createBench({ blobs })
    const error: unknown = await put({ vault }, CONTENT).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'storage_unavailable', status: 503 })
    expect(JSON.stringify(error)).not.toContain('secret')
  })
})

test('a signer whose keys have no public half cannot sign manifests', async () => {
  const { sharedSecret } = await import('@portcullis/issuer')
  const keyRing = sharedSecret(randomBytes(32))
  const signer = createFileSigner({ issuer: ISSUER, keyRing, audience: VAULT })
  await expect(signer.manifest({ subject: 'x', claims: {} })).rejects.toThrow(/^keyRing: /)
})
