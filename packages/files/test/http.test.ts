import { createDownloadHandler, createUploadHandler, type FileVaultOptions } from '@portcullis/files'
import { createAuthenticator, nodeRequest } from '@portcullis/core'
import express from 'express'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import Koa from 'koa'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { bobReads, createBench, ISSUER, put, SERVICE } from './support/bench.ts'

const CONTENT = randomBytes(300_000)
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function service(options: Partial<FileVaultOptions> = {}, limits = {}, framework = 'express') {
  const bench = await createBench({ segmentBytes: 4096, ...options })
  const errors: string[] = []
  const onError = (error: unknown) => errors.push((error as { code: string }).code)
  const authenticate = createAuthenticator({
    issuer: ISSUER,
    audience: SERVICE,
    keys: bench.jwks,
    profile: 'at+jwt',
    clock: bench.clock,
  })
  const authOf = (request: IncomingMessage) =>
    authenticate(nodeRequest(request, () => SERVICE)).catch(() => undefined)
  const upload = createUploadHandler({ vault: bench.vault, onError, ...limits })
  const download = createDownloadHandler({
    vault: bench.vault,
    publicOrigin: SERVICE,
    linkParameter: 'grant',
    onError,
  })
  const server = createServer()
  const origin = await listen(server)
  if (framework === 'koa') {
    const app = new Koa()
    app.use(async (context) => {
      context.respond = false
      const [, kind, id] = context.path.split('/')
      const auth = await authOf(context.req)
      if (kind === 'upload') await upload(context.req, context.res, { auth })
      else await download(context.req, context.res, { auth: kind === 'files' ? auth : undefined, id })
    })
    server.on('request', (request, response) => void app.callback()(request, response))
  } else {
    const app = express()
    app.all('/upload', async (request, response) => {
      await upload(request, response, { auth: await authOf(request) })
    })
    app.all('/files/:id', async (request, response) => {
      await download(request, response, { auth: await authOf(request), id: request.params.id })
    })
    app.all('/shared', async (request, response) => {
      await download(request, response)
    })
    server.on('request', app)
  }
  const alice = { authorization: `Bearer ${await bench.tokenOf('alice')}` }
  return { ...bench, origin, errors, alice }
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
]

/** A request of which every byte is ours. */
async function raw(origin: string, lines: readonly string[], body: Uint8Array = Buffer.alloc(0)) {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  socket.write(body)
  return socket
}

describe.each(['express', 'koa'])('on %s', (framework) => {
  test('a file goes in and out, whole and in parts', async () => {
    const { origin, alice } = await service({}, {}, framework)
    const headers = {
      ...alice,
      'content-type': 'application/pdf',
      'file-name': encodeURIComponent('Bericht für alle.pdf'),
    }
    const stored = await fetch(`${origin}/upload`, { method: 'POST', headers, body: CONTENT })
    expect(stored.status).toBe(201)
    const { id, size } = (await stored.json()) as { id: string; size: number }
    expect(size).toBe(CONTENT.length)

    const whole = await fetch(`${origin}/files/${id}`, { headers: alice })
    expect(whole.status).toBe(200)
    expect((await bytesOf(whole)).equals(CONTENT)).toBe(true)
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-disposition': `attachment; filename="Bericht f?r alle.pdf"; filename*=UTF-8''Bericht%20f%C3%BCr%20alle.pdf`,
      'content-length': '300000',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'content-type': 'application/pdf',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    const part = await fetch(`${origin}/files/${id}`, { headers: { ...alice, range: 'bytes=4000-4099' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 4000-4099/300000'])
    expect((await bytesOf(part)).equals(CONTENT.subarray(4000, 4100))).toBe(true)
  })
})

describe('a download', () => {
  test('takes one range, and nothing that is none, 304', async () => {
    const bench = await service()
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
    const bench = await service()
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
    const bench = await service()
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
    const bench = await service()
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
    const bench = await service()
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
    const origin = await listen(createServer((request, response) => void strict(request, response)))
    expect(await codeOf(await fetch(`${origin}/shared?grant=${grant}`))).toEqual([400, 'grant_not_a_link'])
    expect(JSON.stringify(bench.errors)).not.toContain(grant)
  })

  test('by a grant beside an access token: of the same person, for the file in the path', async () => {
    const bench = await service()
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
    const bench = await service()
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
    const bench = await service()
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
  const isEmpty = async ({ blobs, catalog }: Awaited<ReturnType<typeof service>>) => {
    let left = (await catalog.list({ limit: 10 })).length
    for await (const blob of blobs.list!()) if (blob.name) left++
    expect(left).toBe(0)
  }
  const named = { 'file-name': 'x.bin' }

  test('is refused before it is read: too large, encoded, in a form, a part, without a name or a token', async () => {
    const bench = await service({ maxBytes: 1000 })
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
    await isEmpty(bench)
  })

  test('of no declared length is cut off where it gets too large', async () => {
    const bench = await service({ maxBytes: 100_000 })
    const request = httpRequest(`${bench.origin}/upload`, {
      method: 'POST',
      headers: { ...bench.alice, ...named, 'transfer-encoding': 'chunked' },
    })
    request.on('error', () => undefined)
    request.end(Buffer.alloc(1_000_000))
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(413)
    response.resume()
    await isEmpty(bench)
  })

  test('that breaks off, or is not as long as it says, leaves nothing', async () => {
    const bench = await service()
    const lines = [
      'POST /upload HTTP/1.1',
      'Host: x',
      `Authorization: ${bench.alice.authorization}`,
      'File-Name: x',
    ]
    for (const framing of ['Content-Length: 500000', 'Transfer-Encoding: chunked']) {
      const socket = await raw(bench.origin, [...lines, framing], Buffer.from('5\r\nhello\r\n'))
      while (bench.errors.length === 0) {
        socket.end()
        socket.destroy()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      expect(bench.errors.splice(0)).toEqual(['upload_incomplete'])
    }
    // Two framings at once are for Node to refuse: nothing of it reaches us.
    const smuggled = await raw(
      bench.origin,
      [...lines, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
      Buffer.from('0\r\n\r\n'),
    )
    const [answer] = (await once(smuggled, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /)
    smuggled.destroy()
    await isEmpty(bench)
  })

  test('that comes too slowly is broken off, and only so many come at once', async () => {
    const bench = await service({}, { idleLimit: 1, maxUploads: 1 })
    const lines = [
      'POST /upload HTTP/1.1',
      'Host: x',
      `Authorization: ${bench.alice.authorization}`,
      'File-Name: x',
      'Content-Length: 10',
    ]
    const slow = await raw(bench.origin, lines, Buffer.from('1'))
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
    await isEmpty(bench)
  })
})
