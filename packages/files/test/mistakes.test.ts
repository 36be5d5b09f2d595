import { createFileKeys, createFileSigner, createFileVault, createFileVerifier } from '@portcullis/files'
import { randomBytes } from 'node:crypto'
import { bobReads, createBench, ISSUER, put, VAULT } from './support/bench.ts'

/** What somebody sees who makes one of the likeliest mistakes. */
describe('a mistake is named', () => {
  const told = (action: () => unknown) => {
    try {
      action()
      return 'accepted'
    } catch (error) {
      return (error as Error).message
    }
  }

  test.each<readonly [string, unknown, RegExp]>([
    ['too short', randomBytes(16), /keys\[0\]\.key.*32 random bytes/],
    ['empty', new Uint8Array(0), /keys\[0\]\.key.*32 random bytes/],
    ['a text', randomBytes(32).toString('base64'), /keys\[0\]\.key.*32 random bytes/],
    ['missing', undefined, /keys\[0\]\.key.*32 random bytes/],
  ])('a key-encryption key that is %s', (_, key, message) => {
    expect(told(() => createFileKeys({ current: 'one', keys: [{ id: 'one', key: key as never }] }))).toMatch(
      message,
    )
  })

  test('no key in the list, or none of the name', () => {
    expect(told(() => createFileKeys({ current: 'one', keys: [undefined as never] }))).toMatch(/keys\[0\]/)
    const keys = [{ id: 'two', key: randomBytes(32) }]
    expect(told(() => createFileKeys({ current: 'one', keys }))).toMatch(/current.*one of the keys/)
  })

  test('a vault without a catalog, and one whose verifier is for another vault', async () => {
    const { blobs, catalog, keys, keyRing, jwks, signer, verifier } = await createBench()
    expect(told(() => createFileVault({ blobs, keys, signer, verifier } as never))).toMatch(
      /catalog.*memoryCatalog/,
    )
    for (const other of [
      createFileVerifier({ issuer: ISSUER, audience: 'https://other.example.com', keys: jwks }),
      createFileVerifier({ issuer: 'https://other.example.com', audience: VAULT, keys: jwks }),
    ]) {
      expect(told(() => createFileVault({ blobs, catalog, keys, signer, verifier: other }))).toMatch(
        /verifier.*issuer.*audience.*signer/,
      )
    }
    expect(told(() => createFileSigner({ issuer: ISSUER, keyRing } as never))).toMatch(/audience/)
  })

  test('an access token in the place of a grant, a grant in the place of an access token', async () => {
    const bench = await createBench()
    const { id } = await put(bench, randomBytes(10))
    await expect(bench.vault.open(await bench.tokenOf('bob'))).rejects.toMatchObject({ status: 401 })
    const { grant } = await bench.vault.grant(id, bobReads)
    const asAuth = await bench.verifier.verify(grant)
    await expect(bench.vault.openAs(asAuth, id)).rejects.toMatchObject({ code: 'token_type_not_allowed' })
  })

  test('a range that begins behind the end, or ends before it begins', async () => {
    const bench = await createBench()
    const { id } = await put(bench, randomBytes(10))
    const auth = await bench.authOf('alice')
    for (const [range, code] of [
      [{ start: 10 }, 'range_unsatisfiable'],
      [{ start: 5, end: 5 }, 'range_unsatisfiable'],
      [{ start: -1 }, 'range_malformed'],
      [{ start: 1.5 }, 'range_malformed'],
    ] as const) {
      await expect(bench.vault.openAs(auth, id, { range })).rejects.toMatchObject({ code })
    }
    expect((await bench.vault.openAs(auth, id, { range: { start: 5, end: 1000 } })).range.end).toBe(10)
  })
})
