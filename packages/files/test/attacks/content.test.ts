import { createCipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import fastCheck from 'fast-check'
import type { FileRecord } from '@portcullis/files'
import { commitmentTo, contextOf } from '../../src/format/commitment.ts'
import { decrypt } from '../../src/format/decrypt.ts'
import { encrypt } from '../../src/format/encrypt.ts'
import { newHeader, writeHeader } from '../../src/format/header.ts'
import { layoutOf } from '../../src/format/layout.ts'
import { paddedLength } from '../../src/format/padding.ts'
import { formatOf } from '../../src/format/parameters.ts'
import { createSegmentCipher } from '../../src/format/segments.ts'
import { createManifestVerifier } from '../../src/tokens/manifest-verifier.ts'
import { LONGEST_MANIFEST, manifestClaims, openManifest, sealManifest } from '../../src/vault/manifest.ts'
import { ALICE, createBench, piecesOf, put, read, type Bench } from '../support/bench.ts'

/** Small, so that a content has several segments and every byte of it can be tried. */
const parameters = formatOf(80)
const associatedData = contextOf('content', 'file')

async function sealed(length: number, header = newHeader(parameters), fileKey = randomBytes(32)) {
  const content = randomBytes(length)
  const encryption = { parameters, fileKey, header, associatedData }
  const stored = await read({ stream: encrypt(piecesOf(content), encryption) })
  const open = (bytes: Uint8Array, span = { start: 0, end: length }, more = {}) =>
    read({
      stream: decrypt(({ start, end }) => piecesOf(bytes.subarray(start, end), 33), span, {
        ...encryption,
        contentBytes: length,
        ...more,
      }),
    })
  return { content, encryption, stored, open }
}

const refused = async (opening: Promise<unknown>) =>
  opening.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: string }).code,
  )
const INVALID = expect.objectContaining({ code: 'segment_invalid' }) as Error
const FORGED = ['segment_invalid', 'header_invalid', 'content_truncated', 'content_overlong']

const seed = Number(process.env.PORTCULLIS_SEED ?? Date.now() % 1_000_000)
const check = (property: fastCheck.IAsyncProperty<never>, numRuns: number) =>
  fastCheck.assert(property, { seed, numRuns: numRuns * Number(process.env.PORTCULLIS_RUNS ?? 1) })

describe(`whatever is done to a ciphertext is refused (PORTCULLIS_SEED=${seed})`, () => {
  test('every single bit, 298', async () => {
    const { stored, open } = await sealed(150)
    for (let bit = 0; bit < stored.length * 8; bit++) {
      const changed = Buffer.from(stored)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(await refused(open(changed))).toBe(bit < 40 * 8 ? 'header_invalid' : 'segment_invalid')
    }
  })

  test('truncation at every byte, and every segment that is left out, 296', async () => {
    const { stored, open } = await sealed(150)
    for (let length = 0; length < stored.length; length++) {
      expect(FORGED).toContain(await refused(open(stored.subarray(0, length))))
    }
    for (let at = 0; at < stored.length; at += 80) {
      const without = Buffer.concat([stored.subarray(0, at), stored.subarray(at + 80)])
      expect(FORGED).toContain(await refused(open(without)))
    }
  })

  test('something after the end, and an empty file in the place of one that is not, 296', async () => {
    const { stored, open, encryption } = await sealed(150)
    expect(await refused(open(Buffer.concat([stored, Buffer.of(0)])))).toBe('content_overlong')
    expect(await refused(open(Buffer.concat([stored, stored.subarray(80)])))).toBe('content_overlong')
    const empty = await read({ stream: encrypt(piecesOf(Buffer.alloc(0)), encryption) })
    expect(await refused(open(empty))).toBe('content_truncated')
    expect(await refused(open(Buffer.alloc(0)))).toBe('content_truncated')
  })

  test('the flag of the last segment on another one, and none on the last, 296', async () => {
    const { encryption, open, content } = await sealed(150)
    const layout = layoutOf(parameters, 150)
    const cipher = createSegmentCipher(parameters, encryption.fileKey, encryption.header, associatedData)
    const write = (isLast: (segment: number) => boolean) =>
      Buffer.concat([
        writeHeader(parameters, encryption.header),
        ...Array.from({ length: layout.segments }, (_, segment) => {
          const { start, end } = layout.contentOf(segment)
          return Buffer.concat(cipher.seal(segment, isLast(segment), [content.subarray(start, end)]))
        }),
      ])
    expect(await refused(open(write((segment) => segment === layout.segments - 1)))).toBe('accepted')
    expect(await refused(open(write(() => false)))).toBe('segment_invalid')
    expect(await refused(open(write((segment) => segment === 1)))).toBe('segment_invalid')
  })

  test('segments in another order, twice, or from another file or version of the same key, 297', async () => {
    const fileKey = randomBytes(32)
    const one = await sealed(400, undefined, fileKey)
    const two = await sealed(400, undefined, fileKey)
    const ofOther = await sealed(400)
    const segments = Math.ceil(one.stored.length / 80)
    const piece = (bytes: Buffer, segment: number) => bytes.subarray(segment * 80, (segment + 1) * 80)
    await check(
      fastCheck.asyncProperty(
        fastCheck.nat(segments - 1),
        fastCheck.nat(segments - 1),
        fastCheck.constantFrom(one, two, ofOther),
        async (to, from, source) => {
          fastCheck.pre(source !== one || to !== from)
          const spliced = Buffer.concat(
            Array.from({ length: segments }, (_, segment) =>
              segment === to ? piece(source.stored, from) : piece(one.stored, segment),
            ),
          )
          expect(FORGED).toContain(await refused(one.open(spliced)))
        },
      ) as never,
      100,
    )
    expect(await refused(one.open(two.stored))).toBe('header_invalid')
    const asOther = { associatedData: contextOf('content', 'another') }
    expect(await refused(one.open(one.stored, undefined, asOther))).toBe('segment_invalid')
    expect(await refused(one.open(one.stored, undefined, { header: two.encryption.header }))).toBe(
      'header_invalid',
    )
    const shorter = { parameters: formatOf(79) }
    expect(FORGED).toContain(await refused(one.open(one.stored, undefined, shorter)))
  })

  test('whatever the pieces are in which it comes', async () => {
    const big = formatOf(32_768)
    const content = randomBytes(70_000)
    const encryption = { parameters: big, fileKey: randomBytes(32), header: newHeader(big), associatedData }
    const stored = await read({ stream: encrypt(piecesOf(content, 1), encryption) })
    expect(stored.equals(await read({ stream: encrypt(piecesOf(content, 30_000), encryption) }))).toBe(true)
    const changed = Buffer.from(stored)
    changed[40_000]! ^= 1
    const open = (bytes: Uint8Array, size: number) =>
      refused(
        read({
          stream: decrypt(
            ({ start, end }) => piecesOf(bytes.subarray(start, end), size),
            { start: 10, end: 69_000 },
            { ...encryption, contentBytes: content.length },
          ),
        }).then((part) => {
          expect(part.equals(content.subarray(10, 69_000))).toBe(true)
        }),
      )
    for (const size of [1, 15, 4095, 4096, 5000, 65_535, 65_536, 300_000]) {
      expect(await open(stored, size)).toBe('accepted')
      expect(await open(changed, size)).toBe('segment_invalid')
    }
  })

  test('any part of a changed content is either right or refused, 304', async () => {
    const { content, stored, open } = await sealed(400)
    await check(
      fastCheck.asyncProperty(
        fastCheck.nat(stored.length * 8 - 1),
        fastCheck.nat(399),
        fastCheck.integer({ min: 1, max: 400 }),
        async (bit, start, length) => {
          const changed = Buffer.from(stored)
          changed[bit >> 3]! ^= 1 << (bit & 7)
          const span = { start, end: Math.min(400, start + length) }
          const answer = await open(changed, span).catch((error: unknown) => error as { code: string })
          if (Buffer.isBuffer(answer)) {
            expect(answer.equals(content.subarray(span.start, span.end))).toBe(true)
          } else {
            expect(FORGED).toContain(answer.code)
          }
        },
      ) as never,
      200,
    )
  })

  test('whatever came out before was right, and the end is an error, 300', async () => {
    const { content, stored, encryption } = await sealed(400)
    for (let segment = 0; segment < 6; segment++) {
      const changed = Buffer.from(stored)
      changed[segment * 80 + 60]! ^= 1
      const pieces: Buffer[] = []
      const taking = (async () => {
        const parts = decrypt(
          ({ start, end }) => piecesOf(changed.subarray(start, end), 7),
          { start: 0, end: 400 },
          { ...encryption, contentBytes: 400 },
        )
        for await (const piece of parts) pieces.push(piece)
      })()
      await expect(taking).rejects.toMatchObject({ code: 'segment_invalid' })
      const given = Buffer.concat(pieces)
      expect(given.length).toBe(layoutOf(parameters, 400).contentOf(segment).start)
      expect(given.equals(content.subarray(0, given.length))).toBe(true)
    }
  })
})

test('tags are 16 bytes long: one that Node would take by itself is refused, 299', () => {
  const fileKey = randomBytes(32)
  const header = newHeader(parameters)
  const cipher = createSegmentCipher(parameters, fileKey, header, associatedData)
  const derived = Buffer.from(hkdfSync('sha256', fileKey, header.salt, associatedData, 32))
  const nonce = Buffer.concat([header.noncePrefix, Buffer.of(0, 0, 0, 0, 1)])
  for (const authTagLength of [4, 8, 12] as const) {
    const short = createCipheriv('aes-256-gcm', createSecretKey(derived), nonce, { authTagLength })
    const text = Buffer.concat([short.update('0123456789'), short.final(), short.getAuthTag()])
    const [ciphertext, tag] = [text.subarray(0, -16), text.subarray(-16)]
    expect(() => cipher.open(0, true, [ciphertext], tag)).toThrow(INVALID)
    const shortTag = text.subarray(-authTagLength)
    expect(() => cipher.open(0, true, [text.subarray(0, -authTagLength)], shortTag)).toThrow(INVALID)
  }
})

test('no key and nonce are used for two segments, among 100,000 of them and when an upload is tried again, 295', async () => {
  const seen = new Set<string>()
  const content = Buffer.alloc(100_000 * 24)
  const short = formatOf(40)
  const { fileKey } = { fileKey: randomBytes(32) }
  // Segments of nothing but zeros: two that were made with one key and nonce would be equal.
  for (const [bytes, header] of [
    [content, newHeader(parameters)],
    [content.subarray(0, 24_000), newHeader(parameters)],
  ] as const) {
    const cipher = createSegmentCipher(short, fileKey, header, associatedData)
    for (let segment = 0; segment * 24 < bytes.length; segment++) {
      seen.add(Buffer.concat(cipher.seal(segment, false, [bytes.subarray(0, 24)])).toString('latin1'))
    }
  }
  expect(seen.size).toBe(101_000)
  const bench = await createBench()
  const twice = await Promise.all([
    put(bench, content.subarray(0, 100)),
    put(bench, content.subarray(0, 100)),
  ])
  const stored = await Promise.all(
    twice.map((file) => read({ stream: bench.blobs.read(file.content, { start: 0, end: 1000 }) })),
  )
  expect(stored[0]!.subarray(1, 40).equals(stored[1]!.subarray(1, 40))).toBe(false)
})

describe('what a vault keeps', () => {
  const reopening = async (bench: Bench, id: string) =>
    refused(bench.vault.openAs(await bench.authOf('alice'), id).then(read))
  /** The record as somebody with access to the catalog might write it. */
  const tamper = (bench: Bench, id: string, change: (record: FileRecord) => Partial<FileRecord>) => {
    const catalog = {
      ...bench.catalog,
      find: async (wanted: string) => {
        const record = await bench.catalog.find(wanted)
        return record?.id === id ? { ...record, ...change(record) } : record
      },
    }
    return createBench({ blobs: bench.blobs, catalog, keys: bench.keys })
  }

  test('cannot be mixed: the key, the content or the manifest of another file, 297', async () => {
    const bench = await createBench()
    const [one, two] = await Promise.all([put(bench, randomBytes(5000)), put(bench, randomBytes(5000))])
    const other = (await bench.catalog.find(two.id))!
    for (const [change, code] of [
      [{ wrappedKey: other.wrappedKey }, 'wrapped_key_invalid'],
      [{ content: other.content }, 'header_invalid'],
      [{ manifest: other.manifest }, 'manifest_invalid'],
      [{ content: 'none' }, 'storage_unavailable'],
      [{ manifest: 'none' }, 'storage_unavailable'],
      [{ signedAt: 0 }, 'manifest_invalid'],
    ] as const) {
      const tampered = await tamper(bench, one.id, () => change)
      expect(await reopening(tampered, one.id)).toBe(code)
    }
  })

  test('cannot be mixed either when the vault has opened the file before, and remembers its manifest, 297', async () => {
    const first = await createBench()
    const [one, two] = await Promise.all([put(first, randomBytes(5000)), put(first, randomBytes(5000))])
    const other = (await first.catalog.find(two.id))!
    const stranger = await createBench()
    const { signedBy } = (await stranger.catalog.find((await put(stranger, randomBytes(1))).id))!
    let change: Partial<FileRecord> = {}
    const bench = await tamper(first, one.id, () => change)
    expect(await reopening(bench, one.id)).toBe('accepted')
    expect(await reopening(bench, two.id)).toBe('accepted')
    for (const [changed, code] of [
      [{ wrappedKey: other.wrappedKey }, 'wrapped_key_invalid'],
      [{ wrappedKey: await first.keys.wrap(randomBytes(32), one.id) }, 'key_commitment_mismatch'],
      [{ content: other.content }, 'header_invalid'],
      [{ manifest: other.manifest }, 'manifest_invalid'],
      [{ manifest: 'none' }, 'storage_unavailable'],
      [{ signedAt: 0 }, 'manifest_invalid'],
      [{ signedBy }, 'manifest_invalid'],
      [{}, 'accepted'],
    ] as const) {
      change = changed
      expect(await reopening(bench, one.id)).toBe(code)
    }
  })

  test('is signed: a manifest that somebody with the key of the file made is refused, 298', async () => {
    const bench = await createBench()
    const { id } = await put(bench, randomBytes(5000))
    const record = (await bench.catalog.find(id))!
    const fileKey = await bench.keys.unwrap(record.wrappedKey, id)
    const { issuer, audience } = bench.signer
    const verify = createManifestVerifier({ issuer, audience, maxTokenLength: LONGEST_MANIFEST })
    const opening = async (token: string, signedBy = record.signedBy) =>
      refused(
        sealManifest(token, fileKey, id).then((jwe) =>
          openManifest({ jwe, file: id, fileKey, signedBy, signedAt: bench.clock() }, verify),
        ),
      )
    const claims = manifestClaims({
      name: 'report.pdf',
      type: 'application/pdf',
      size: 5000,
      paddedSize: 5000,
      segmentBytes: 1024,
      header: writeHeader(formatOf(1024), newHeader(formatOf(1024))),
      commitment: commitmentTo(fileKey, id),
    })
    const stranger = await createBench()
    const sign = async (changed: object, subject = id, by = bench) =>
      (await by.signer.manifest({ subject, claims: { ...claims, ...changed } })).token
    expect(await opening(await sign({}))).toBe('accepted')
    expect(await opening(await sign({}, id, stranger))).toBe('manifest_invalid')
    expect(await opening(await sign({}, 'another'))).toBe('manifest_invalid')
    expect(await opening(await sign({ size: 5001 }))).toBe('manifest_invalid')
    expect(await opening(await sign({ size: -1 }))).toBe('manifest_invalid')
    expect(await opening(await sign({ header: 'AAAA' }))).toBe('manifest_invalid')
    expect(await opening(await bench.tokenOf('alice'))).toBe('manifest_invalid')
    expect(await opening('no token')).toBe('manifest_invalid')
    // 302: another algorithm, mode or size of segments is none that we read.
    for (const downgrade of [
      { algorithm: 'AES256_CTR_HMAC' },
      { algorithm: 'AES128_GCM_HKDF' },
      { segment_bytes: 2 ** 31 },
      { segment_bytes: 57 },
      { algorithm: undefined as never },
    ]) {
      const given = { ...claims, ...downgrade }
      const token = await bench.signer.manifest({
        subject: id,
        claims: JSON.parse(JSON.stringify(given)) as object as never,
      })
      expect(await opening(token.token)).toBe('format_unsupported')
    }
  })

  test('is committed to one key: a ciphertext that two keys decrypt has one commitment, 301', async () => {
    const bench = await createBench()
    const { id } = await put(bench, randomBytes(5000))
    const record = (await bench.catalog.find(id))!
    const [fileKey, other] = [await bench.keys.unwrap(record.wrappedKey, id), randomBytes(32)]
    expect(commitmentTo(other, id).equals(commitmentTo(fileKey, id))).toBe(false)
    expect(commitmentTo(fileKey, 'another file').equals(commitmentTo(fileKey, id))).toBe(false)
    // A manifest that the other key opens as well, and a content, would still have to commit to it.
    const claims = manifestClaims({
      name: 'two faces',
      type: 'text/plain',
      size: 0,
      paddedSize: 0,
      segmentBytes: 1024,
      header: writeHeader(formatOf(1024), newHeader(formatOf(1024))),
      commitment: commitmentTo(fileKey, id),
    })
    const signed = await bench.signer.manifest({ subject: id, claims })
    const forOther = await sealManifest(signed.token, other, id)
    const manifest = await bench.blobs.put(piecesOf(Buffer.from(forOther)))
    const wrappedKey = await bench.keys.wrap(other, id)
    const tampered = await tamper(bench, id, () => ({
      manifest,
      wrappedKey,
      signedBy: signed.signedBy,
      signedAt: signed.signedAt,
    }))
    expect(await reopening(tampered, id)).toBe('key_commitment_mismatch')
  })

  test('says nothing beside the ciphertext: no name, type, hash or exact size, 303, 313', async () => {
    const bench = await createBench()
    const content = Buffer.from('nobody may know what this says. '.repeat(31_000))
    const { content: name, manifest } = await put(bench, content, {
      name: 'dismissals.txt',
      type: 'text/plain',
    })
    const stored = await read({ stream: bench.blobs.read(name, { start: 0, end: 2_000_000 }) })
    const all = Buffer.concat([stored, Buffer.from(manifest)]).toString('latin1')
    for (const secret of ['dismissals', 'text/plain', 'alice', 'nobody']) expect(all).not.toContain(secret)
    const header = JSON.parse(Buffer.from(manifest.split('.')[0]!, 'base64url').toString()) as object
    expect(header).toEqual({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' })

    const storedLength = (length: number) =>
      layoutOf(formatOf(262_144), paddedLength(length, 'padme')).storedBytes
    expect(stored.length).toBe(storedLength(content.length))
    expect(new Set([1_000_000, 1_001_234, 1_015_808].map(storedLength)).size).toBe(1)
  })

  test('pads by the published rule: 12 % at most, and never less than the content, 313', () => {
    const random = fastCheck.integer({ min: 0, max: 2 ** 45 })
    fastCheck.assert(
      fastCheck.property(random, (length) => {
        const padded = paddedLength(length, 'padme')
        expect(padded).toBeGreaterThanOrEqual(length)
        expect(padded).toBeLessThanOrEqual(Math.max(length + 1, length * 1.12))
      }),
      { seed },
    )
    // Examples of the paper's table: 4 significant bits at this size.
    expect(paddedLength(9, 'padme')).toBe(10)
    expect(paddedLength(1_000_000, 'padme')).toBe(1_015_808)
    expect(paddedLength(1_000_000, 'none')).toBe(1_000_000)
  })

  test('is not compressed first: contents of one length are stored in one length, 312', async () => {
    const bench = await createBench({ padding: 'none' })
    const lengths = await Promise.all(
      [Buffer.alloc(50_000), randomBytes(50_000)].map(async (content) => {
        const { content: name } = await put(bench, content)
        return (await read({ stream: bench.blobs.read(name, { start: 0, end: 100_000 }) })).length
      }),
    )
    expect(lengths[0]).toBe(lengths[1])
  })

  test('tells nobody what was wrong with it: one answer for key, header, tag and length, 314', async () => {
    const bench = await createBench()
    const { id, content } = await put(bench, randomBytes(5000))
    const stored = await read({ stream: bench.blobs.read(content, { start: 0, end: 10_000 }) })
    const answers = new Set<string>()
    for (const change of [
      (bytes: Buffer) => bytes.fill(0, 0, 1),
      (bytes: Buffer) => bytes.fill(0, 50, 60),
      (bytes: Buffer) => bytes.subarray(0, 100),
      (bytes: Buffer) => Buffer.concat([bytes, bytes]),
    ]) {
      const name = await bench.blobs.put(piecesOf(change(Buffer.from(stored))))
      const tampered = await tamper(bench, id, () => ({ content: name }))
      const error: unknown = await tampered.vault
        .openAs(await tampered.authOf('alice'), id)
        .then(read)
        .catch((thrown: unknown) => thrown)
      answers.add(JSON.stringify([error, (error as Error).message, (error as { status: number }).status]))
    }
    const wrongKey = await tamper(bench, id, () => ({ wrappedKey: 'a.b.c.d.e' }))
    const error = await wrongKey.vault
      .openAs(await wrongKey.authOf('alice'), id)
      .catch((thrown: unknown) => thrown)
    answers.add(JSON.stringify([error, (error as Error).message, (error as { status: number }).status]))
    expect([...answers]).toEqual([
      '[{"type":"about:blank","title":"The file cannot be read","status":500,"code":"file_unreadable"},"The file cannot be read",500]',
    ])
  })

  test('forgets keys: they are zeros when a stream has ended, however it did, 315', async () => {
    const bench = await createBench()
    const { id } = await put(bench, randomBytes(900_000))
    const keys: Buffer[] = []
    const remembering = {
      ...bench.keys,
      unwrap: async (wrapped: string, file: string) => {
        const key = await bench.keys.unwrap(wrapped, file)
        keys.push(key)
        return key
      },
    }
    const watching = await createBench({ blobs: bench.blobs, catalog: bench.catalog, keys: remembering })
    const auth = await watching.authOf('alice')
    await read(await watching.vault.openAs(auth, id))
    const stopped = await watching.vault.openAs(auth, id)
    stopped.stream.destroy()
    await new Promise((resolve) => stopped.stream.once('close', resolve))
    await watching.vault.describeAs(auth, id)
    await refused(watching.vault.openAs(auth, id, { range: { start: 10_000_000 } }))
    expect(keys).toHaveLength(4)
    for (const key of keys) expect(key.every((byte) => byte === 0)).toBe(true)
    expect(JSON.stringify([bench.keys, bench.vault, bench.verifier])).not.toContain('secret')
    expect(ALICE.issuer).toContain('https')
  })
})
