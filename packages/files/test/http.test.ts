import { createDownloadHandler, createUploadHandler } from '@portcullis/files'
import express from 'express'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { start } from '../../../test/support/start.ts'
import { bobReads, put, SERVICE } from './support/bench.ts'
import { bytesOf, closeServices, codeOf, rawRequest, serveBench } from './support/serve-bench.ts'

const CONTENT = randomBytes(300_000)
afterEach(closeServices)

describe('a download', () => {
  test('takes one range, and nothing that is none, 304', async () => {
    const bench = await serveBench()
    const { id } = await put(bench, CONTENT)
    const get = (range: string, more = {}) =>
      fetch(`${bench.origin}/files/${id}`, { headers: { ...bench.alice, range, ...more } })
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 1],
      ['bytes=299999-', 299_999, 300_000],
      ['bytes=-5', 299_995, 300_000],
      ['bytes=-999999999', 0, 300_000],
      ['bytes=4095-4097', 4095, 4098],
      ['bytes=299990-400000', 299_990, 300_000],
    ] as const) {
      const response = await get(range)
      expect(response.status).toBe(206)
      expect((await bytesOf(response)).equals(CONTENT.subarray(start, end))).toBe(true)
    }
    for (const [range, status, code] of [
      ['bytes=300000-', 416, 'range_unsatisfiable'],
      ['bytes=-0', 416, 'range_unsatisfiable'],
      ['bytes=9007199254740993-', 416, 'range_unsatisfiable'],
      ['bytes=0-1,2-3', 416, 'ranges_unsupported'],
      [`bytes=${'0-,'.repeat(1000)}0-`, 416, 'ranges_unsupported'],
      ['bytes=5-2', 400, 'range_malformed'],
      ['bytes=0-9007199254740993', 400, 'range_malformed'],
      ['bytes=-', 400, 'range_malformed'],
      ['bytes=--5', 400, 'range_malformed'],
      ['bytes=0x10-20', 400, 'range_malformed'],
      ['bytes=1e3-', 400, 'range_malformed'],
    ] as const) {
      const response = await get(range)
      if (status === 416) expect(response.headers.get('content-range')).toBe('bytes */300000')
      expect(await codeOf(response)).toEqual([status, code])
    }
    expect((await get('lines=1-2')).status).toBe(200)
  })

  test('mixes no versions: If-Range and If-None-Match compare strong validators, 311', async () => {
    const bench = await serveBench()
    const [one, two] = [await put(bench, CONTENT), await put(bench, CONTENT)]
    const get = (id: string, more = {}) =>
      fetch(`${bench.origin}/files/${id}`, { headers: { ...bench.alice, ...more } })
    const etag = (await get(one.id)).headers.get('etag')!
    expect(etag).toMatch(/^"/)
    expect((await get(two.id)).headers.get('etag')).not.toBe(etag)
    const range = 'bytes=0-9'
    expect((await get(one.id, { range, 'if-range': etag })).status).toBe(206)
    expect((await get(two.id, { range, 'if-range': etag })).status).toBe(200)
    expect((await get(one.id, { range, 'if-range': `W/${etag}` })).status).toBe(200)
    expect((await get(one.id, { range, 'if-range': 'Sat, 29 Oct 1994 19:43:31 GMT' })).status).toBe(200)
    expect((await get(one.id, { 'if-none-match': etag })).status).toBe(304)
    const stranger = { authorization: `Bearer ${await bench.tokenOf('eve')}` }
    expect((await get(one.id, { ...stranger, 'if-none-match': etag })).status).toBe(403)
  })

  test('by HEAD says the same without the content, and uses up no grant', async () => {
    const bench = await serveBench()
    const { id } = await put(bench, CONTENT)
    const { grant } = await bench.vault.grant(id, { ...bobReads, maxUses: 1 })
    const headers = { authorization: `Bearer ${grant}` }
    for (let time = 0; time < 3; time++) {
      const head = await fetch(`${bench.origin}/shared`, { method: 'HEAD', headers })
      expect([head.status, head.headers.get('content-length')]).toEqual([200, '300000'])
    }
    expect((await bytesOf(await fetch(`${bench.origin}/shared`, { headers }))).equals(CONTENT)).toBe(true)
    expect(await codeOf(await fetch(`${bench.origin}/shared`, { headers }))).toEqual([403, 'grant_used_up'])
    const post = await fetch(`${bench.origin}/shared`, { method: 'DELETE', headers })
    expect([post.headers.get('allow'), ...(await codeOf(post))]).toEqual([
      'GET, HEAD',
      405,
      'method_not_allowed',
    ])
  })

  test('never renders what is active, and no name breaks out of its header, 307', async () => {
    const bench = await serveBench()
    for (const type of [
      'text/html',
      'image/svg+xml',
      'application/xml',
      'text/javascript',
      'application/xhtml+xml',
    ]) {
      const { id } = await put(bench, Buffer.from('<script>alert(1)</script>'), {
        type,
        name: "a';b=c–.html",
      })
      const response = await fetch(`${bench.origin}/files/${id}`, { headers: bench.alice })
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      const disposition = response.headers.get('content-disposition')!
      expect(disposition).toBe(
        `attachment; filename="a';b=c?.html"; filename*=UTF-8''a%27%3Bb%3Dc%E2%80%93.html`,
      )
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('by a link: once, kept by nobody, and told to nobody, 306', async () => {
    const bench = await serveBench()
    const { id } = await put(bench, CONTENT)
    const { grant } = await bench.vault.grant(id, { ...bobReads, link: true, maxUses: 1, expiresIn: 60 })
    const url = `${bench.origin}/shared?grant=${grant}`
    const first = await fetch(url)
    expect((await bytesOf(first)).equals(CONTENT)).toBe(true)
    expect(first.headers.get('referrer-policy')).toBe('no-referrer')
    expect(first.headers.get('cache-control')).toBe('private, no-store')
    const again = await fetch(url)
    expect(again.headers.get('cache-control')).toBe('no-store')
    expect(await codeOf(again)).toEqual([403, 'grant_used_up'])
    const ordinary = await bench.vault.grant(id, bobReads)
    expect(await codeOf(await fetch(`${bench.origin}/shared?grant=${ordinary.grant}`))).toEqual([
      400,
      'grant_not_a_link',
    ])
    const headers = { 'file-grant': ordinary.grant }
    expect(await codeOf(await fetch(url, { headers }))).toEqual([400, 'grant_ambiguous'])
    expect(await codeOf(await fetch(`${url}&grant=${grant}`))).toEqual([400, 'grant_ambiguous'])
    const strict = createDownloadHandler({ vault: bench.vault, publicOrigin: SERVICE })
    const other = await start(() => strict)
    expect(await codeOf(await fetch(`${other.url}/shared?grant=${grant}`))).toEqual([400, 'grant_not_a_link'])
    await other.close()
    expect(JSON.stringify(bench.errors)).not.toContain(grant)
  })

  test('by a grant beside an access token: of the same person, for the file in the path', async () => {
    const bench = await serveBench()
    const [one, two] = [await put(bench, CONTENT), await put(bench, CONTENT)]
    const { grant } = await bench.vault.grant(one.id, bobReads)
    const as = async (subject: string, id: string) =>
      fetch(`${bench.origin}/files/${id}`, {
        headers: { authorization: `Bearer ${await bench.tokenOf(subject)}`, 'file-grant': grant },
      })
    expect((await as('bob', one.id)).status).toBe(200)
    expect(await codeOf(await as('eve', one.id))).toEqual([403, 'grant_subject_mismatch'])
    expect(await codeOf(await as('bob', two.id))).toEqual([403, 'grant_file_mismatch'])
    const none = await fetch(`${bench.origin}/files/${one.id}`)
    expect(none.headers.get('www-authenticate')).toMatch(/Bearer/)
    expect(await codeOf(none)).toEqual([401, 'credentials_missing'])
    for (const id of ['..%2f..%2fetc%2fpasswd', '%00', '..%5c..%5cx', 'CON']) {
      expect(await codeOf(await fetch(`${bench.origin}/files/${id}`, { headers: bench.alice }))).toEqual([
        404,
        'file_unknown',
      ])
    }
  })

  test('by a grant that is bound to a key: with its proof, and not without', async () => {
    const bench = await serveBench()
    const { id } = await put(bench, CONTENT)
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)
    const keyThumbprint = await calculateJwkThumbprint(jwk)
    const { grant } = await bench.vault.grant(id, { ...bobReads, keyThumbprint })
    const proof = () =>
      new SignJWT({
        htm: 'GET',
        htu: `${SERVICE}/shared`,
        ath: createHash('sha256').update(grant).digest('base64url'),
        jti: randomBytes(16).toString('base64url'),
        iat: bench.clock(),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .sign(privateKey)
    const get = (headers: Record<string, string>) => fetch(`${bench.origin}/shared`, { headers })
    expect((await get({ authorization: `DPoP ${grant}`, dpop: await proof() })).status).toBe(200)
    expect(await codeOf(await get({ authorization: `Bearer ${grant}` }))).toEqual([401, 'proof_required'])
    expect(await codeOf(await get({ authorization: `DPoP ${grant}` }))).toEqual([401, 'dpop_proof_invalid'])
  })

  test('of what is damaged breaks off, and is never a whole file, 300', async () => {
    const bench = await serveBench()
    const { id, content } = await put(bench, CONTENT)
    const damaged = (at: number) => {
      const read = bench.blobs.read.bind(bench.blobs)
      bench.blobs.read = async function* (name, span, signal) {
        let offset = span.start
        for await (const piece of read(name, span, signal)) {
          const copy = Buffer.from(piece)
          if (name === content && at >= offset && at < offset + copy.length) copy[at - offset]! ^= 1
          offset += copy.length
          yield copy
        }
      }
    }
    damaged(200_000)
    const get = () => fetch(`${bench.origin}/files/${id}`, { headers: bench.alice })
    const broken = await get()
    expect(broken.status).toBe(200)
    await expect(broken.arrayBuffer()).rejects.toThrow()
    damaged(100)
    expect(await codeOf(await get())).toEqual([500, 'file_unreadable'])
    expect(bench.errors).toEqual(['segment_invalid', 'segment_invalid'])
  })
})

describe('an upload, 308,', () => {
  const named = { 'file-name': 'x.bin' }

  test('is refused before it is read: too large, encoded, in a form, a part, without a name or a token', async () => {
    const bench = await serveBench({ maxBytes: 1000 })
    const post = (more: Record<string, string>, body: Uint8Array = Buffer.alloc(10)) =>
      fetch(`${bench.origin}/upload`, {
        method: 'POST',
        headers: { ...bench.alice, ...named, ...more },
        body,
      })
    expect(await codeOf(await post({}, Buffer.alloc(1001)))).toEqual([413, 'content_too_large'])
    expect(await codeOf(await post({ 'content-encoding': 'gzip' }))).toEqual([
      415,
      'content_encoding_unsupported',
    ])
    expect(await codeOf(await post({ 'content-type': 'multipart/form-data; boundary=x' }))).toEqual([
      415,
      'content_type_unsupported',
    ])
    expect(await codeOf(await post({ 'content-range': 'bytes 0-9/20' }))).toEqual([
      415,
      'content_type_unsupported',
    ])
    for (const name of ['..%2fx', '%', 'a%00b', '%0d%0ax', '']) {
      expect(await codeOf(await post({ 'file-name': name }))).toEqual([400, 'metadata_invalid'])
    }
    expect(await codeOf(await post({ authorization: 'Bearer no' }))).toEqual([401, 'credentials_missing'])
    const get = await fetch(`${bench.origin}/upload`, { headers: bench.alice })
    expect(await codeOf(get)).toEqual([405, 'method_not_allowed'])
    expect(await bench.isEmpty()).toBe(true)
  })

  test('of no declared length is cut off where it gets too large', async () => {
    const bench = await serveBench({ maxBytes: 100_000 })
    const request = httpRequest(`${bench.origin}/upload`, {
      method: 'POST',
      headers: { ...bench.alice, ...named, 'transfer-encoding': 'chunked' },
    })
    request.on('error', () => undefined)
    request.end(Buffer.alloc(1_000_000))
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(413)
    response.resume()
    expect(await bench.isEmpty()).toBe(true)
  })

  test('that breaks off, or is not as long as it says, leaves nothing', async () => {
    const bench = await serveBench()
    const lines = [
      'POST /upload HTTP/1.1',
      'Host: x',
      `Authorization: ${bench.alice.authorization}`,
      'File-Name: x',
    ]
    for (const framing of ['Content-Length: 500000', 'Transfer-Encoding: chunked']) {
      const socket = await rawRequest(bench.origin, [...lines, framing], Buffer.from('5\r\nhello\r\n'))
      while (bench.errors.length === 0) {
        socket.end()
        socket.destroy()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      expect(bench.errors.splice(0)).toEqual(['upload_incomplete'])
    }
    // Two framings at once are for Node to refuse: nothing of it reaches us.
    const smuggled = await rawRequest(
      bench.origin,
      [...lines, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
      Buffer.from('0\r\n\r\n'),
    )
    const [answer] = (await once(smuggled, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /)
    smuggled.destroy()
    expect(await bench.isEmpty()).toBe(true)
  })

  test('that comes too slowly is broken off, and only so many come at once', async () => {
    const bench = await serveBench({}, { idleLimit: 1, maxUploads: 1 })
    const lines = [
      'POST /upload HTTP/1.1',
      'Host: x',
      `Authorization: ${bench.alice.authorization}`,
      'File-Name: x',
      'Content-Length: 10',
    ]
    const slow = await rawRequest(bench.origin, lines, Buffer.from('1'))
    const closed = once(slow, 'close')
    let second: Response
    do {
      second = await fetch(`${bench.origin}/upload`, {
        method: 'POST',
        headers: { ...bench.alice, ...named },
        body: 'x',
      })
      const { id } = (await second.json()) as { id?: string }
      if (id !== undefined) await bench.vault.destroy(id)
    } while (second.status === 201)
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5'])
    slow.resume()
    await closed
    expect(bench.errors).toContain('upload_too_slow')
    expect(await bench.isEmpty()).toBe(true)
  })

  test('whose body somebody else has read is no empty file', async () => {
    const bench = await serveBench()
    const errors: unknown[] = []
    const upload = createUploadHandler({ vault: bench.vault, onError: (error) => errors.push(error) })
    const auth = await bench.authOf('alice')
    const app = express()
    app.use(express.json())
    app.post('/upload', (request, response) => upload(request, response, { auth }))
    const server = await start(() => app)
    const post = (body: string) =>
      fetch(`${server.url}/upload`, {
        method: 'POST',
        headers: { ...named, 'content-type': 'application/json' },
        body,
      })
    expect(await codeOf(await post('{"a":1}'))).toEqual([500, 'body_already_read'])
    expect(errors).toMatchObject([{ code: 'body_already_read' }])
    expect(await bench.isEmpty()).toBe(true)
    expect((await post('')).status).toBe(201)
    await server.close()
  })
})
