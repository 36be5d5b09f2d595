import { randomBytes } from 'node:crypto'
import { bobReads, put } from './support/bench.ts'
import { FRAMEWORKS } from './support/file-services.ts'
import { bytesOf, closeServices, codeOf, rawRequest, serveBench } from './support/serve-bench.ts'

/** Above what frameworks read of a body by default. */
const CONTENT = randomBytes(1_200_000)

afterEach(closeServices)

describe.each(Object.keys(FRAMEWORKS))('%s', (framework) => {
  const serve = (options = {}, limits = {}) => serveBench(options, limits, framework)

  test.each(['application/pdf', 'application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'takes a file of the type %s as it is, and gives it back whole and in parts',
    async (type) => {
      const { origin, alice } = await serve()
      const stored = await fetch(`${origin}/upload`, {
        method: 'POST',
        headers: {
          ...alice,
          'content-type': type,
          'file-name': encodeURIComponent('Bericht für alle.pdf'),
        },
        body: CONTENT,
      })
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
        'content-length': '1200000',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      const part = await fetch(`${origin}/files/${id}`, { headers: { ...alice, range: 'bytes=4000-4099' } })
      expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 4000-4099/1200000'])
      expect((await bytesOf(part)).equals(CONTENT.subarray(4000, 4100))).toBe(true)
    },
  )

  test('answers HEAD, If-Range and If-None-Match', async () => {
    const bench = await serve()
    const { id } = await put(bench, CONTENT)
    const url = `${bench.origin}/files/${id}`
    const get = (more = {}, method = 'GET') => fetch(url, { method, headers: { ...bench.alice, ...more } })
    const head = await get({}, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '1200000'])
    expect((await bytesOf(head)).length).toBe(0)
    const etag = head.headers.get('etag')!
    const range = 'bytes=-5'
    expect((await bytesOf(await get({ range, 'if-range': etag }))).equals(CONTENT.subarray(-5))).toBe(true)
    expect((await get({ range, 'if-range': '"other"' })).status).toBe(200)
    expect((await get({ 'if-none-match': etag })).status).toBe(304)
  })

  test('gives a file to whom a grant or a link lets have it', async () => {
    const bench = await serve()
    const { id } = await put(bench, CONTENT)
    const { grant } = await bench.vault.grant(id, bobReads)
    const byGrant = { headers: { authorization: `Bearer ${grant}` } }
    expect((await bytesOf(await fetch(`${bench.origin}/shared`, byGrant))).equals(CONTENT)).toBe(true)
    const link = await bench.vault.grant(id, { ...bobReads, link: true, maxUses: 1, expiresIn: 60 })
    const url = `${bench.origin}/shared?grant=${link.grant}`
    expect((await bytesOf(await fetch(url))).equals(CONTENT)).toBe(true)
    expect(await codeOf(await fetch(url))).toEqual([403, 'grant_used_up'])
  })

  test('refuses with the same codes', async () => {
    const bench = await serve({ maxBytes: 100_000 })
    const { id } = await put(bench, CONTENT.subarray(0, 1000))
    const url = `${bench.origin}/files/${id}`
    const headers = bench.alice
    expect((await fetch(url)).status).toBe(401)
    expect((await fetch(`${bench.origin}/upload`, { method: 'POST', body: 'x' })).status).toBe(401)
    const eve = { authorization: `Bearer ${await bench.tokenOf('eve')}` }
    expect(await codeOf(await fetch(url, { headers: eve }))).toEqual([403, 'policy_refused'])
    const unknown = `${bench.origin}/files/AAAAAAAAAAAAAAAAAAAAAA`
    expect(await codeOf(await fetch(unknown, { headers }))).toEqual([404, 'file_unknown'])
    const beyond = await fetch(url, { headers: { ...headers, range: 'bytes=1000-' } })
    expect(beyond.headers.get('content-range')).toBe('bytes */1000')
    expect(await codeOf(beyond)).toEqual([416, 'range_unsatisfiable'])
    const removing = await fetch(url, { method: 'DELETE', headers })
    expect(await codeOf(removing)).toEqual([405, 'method_not_allowed'])
    const large = await fetch(`${bench.origin}/upload`, {
      method: 'POST',
      headers: { ...headers, 'file-name': 'x' },
      body: CONTENT,
    })
    expect(await codeOf(large)).toEqual([413, 'content_too_large'])
    await bench.vault.destroy(id)
    expect(await bench.isEmpty()).toBe(true)
  })

  test('keeps nothing of an upload that breaks off', async () => {
    const bench = await serve()
    const socket = await rawRequest(
      bench.origin,
      [
        'POST /upload HTTP/1.1',
        'Host: x',
        `Authorization: ${bench.alice.authorization}`,
        'File-Name: x',
        'Content-Type: application/json',
        'Content-Length: 500000',
      ],
      CONTENT.subarray(0, 100_000),
    )
    while (bench.errors.length === 0) {
      socket.destroy()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(bench.errors).toEqual(['upload_incomplete'])
    expect(await bench.isEmpty()).toBe(true)
  })
})
