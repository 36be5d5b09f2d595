import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { attacks, NEXT, NEXT_CLAIMS, renew, resend, stop } from '../support/attacks.ts'
import { databases } from '../support/databases.ts'
import { bodyOf, digestOf, honestClaims, order, post, send } from '../support/forge.ts'
import { openShop, SHOP_B, type Shop } from '../support/shop.ts'

const changed = Buffer.from(NEXT.toString().replace('30', '99'))
const next = (shop: Shop, sent: Parameters<typeof send>[3] = {}, claims: Record<string, unknown> = {}) =>
  send(shop, NEXT, { ...NEXT_CLAIMS, ...claims }, sent)
const digest = (value: string | readonly string[] | undefined) => (shop: Shop) =>
  next(shop, { headers: { 'content-digest': value } })
const hash = (algorithm: string, body: Uint8Array = NEXT) =>
  createHash(algorithm).update(body).digest('base64')

attacks('attack 277: a body is changed on the way', {
  'the body, and not the header': [
    resend('content_digest_mismatch'),
    (shop) => next(shop, { body: changed, headers: { 'content-digest': digestOf(NEXT) } }),
  ],
  'the header, and not the body': [resend('content_digest_mismatch'), digest(digestOf(changed))],
  'both, and not the signature': [resend('digest_mismatch'), (shop) => next(shop, { body: changed })],
  'an envelope of another body': [
    resend('digest_mismatch'),
    (shop) => next(shop, {}, { digest: digestOf(changed) }),
  ],
  'a byte of the envelope': [
    renew('token_invalid'),
    async (shop) => {
      const envelope = await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS))
      const [header = '', claims = '', signature = ''] = envelope.split('.')
      const forged = claims.replace(/[A-Y]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1))
      return post(shop, { envelope: [header, forged, signature].join('.'), body: NEXT })
    },
  ],
  'the body is one byte longer': [
    resend('length_mismatch'),
    (shop) => next(shop, { body: Buffer.concat([NEXT, Buffer.from(' ')]) }),
  ],
})

const good = digestOf(NEXT)
attacks('attack 278: a Content-Digest that proves nothing', {
  'there is none': [resend('content_digest_missing'), digest(undefined)],
  'md5 alone': [resend('content_digest_unsupported'), digest(`md5=:${hash('md5')}:`)],
  'sha alone': [resend('content_digest_unsupported'), digest(`sha=:${hash('sha1')}:`)],
  'adler and unixsum': [resend('content_digest_unsupported'), digest('adler=:AAAA:, unixsum=:AAAA:')],
  empty: [resend('content_digest_unsupported'), digest('')],
  'sha-512 right, sha-256 wrong': [
    resend('content_digest_mismatch'),
    digest(`sha-512=:${hash('sha512')}:, ${digestOf(changed)}`),
  ],
  'sha-256 right, sha-512 wrong': [
    resend('content_digest_mismatch'),
    digest(`${good}, sha-512=:${hash('sha512', changed)}:`),
  ],
  'sha-256 twice, the second right': [
    resend('content_digest_malformed'),
    digest(`${digestOf(changed)}, ${good}`),
  ],
  'no byte sequence': [resend('content_digest_malformed'), digest(good.replaceAll(':', ''))],
  'a string': [resend('content_digest_malformed'), digest(`sha-256="${hash('sha256')}"`)],
  'not closed': [resend('content_digest_malformed'), digest(good.slice(0, -1))],
  'truncated base64': [resend('content_digest_malformed'), digest(good.replace(/..=:$/, ':'))],
  'truncated by whole groups': [
    resend('content_digest_malformed'),
    digest(`sha-256=:${hash('sha256').slice(0, 40)}:`),
  ],
  'without its padding': [
    resend('content_digest_malformed'),
    digest(good.replace('=:', '\0').replace('=:', ':').replace('\0', '=:')),
  ],
  'in hexadecimal': [
    resend('content_digest_malformed'),
    digest(`sha-256=:${createHash('sha256').update(NEXT).digest('hex')}:`),
  ],
  'a comma at the end': [resend('content_digest_malformed'), digest(`${good},`)],
  'in capitals': [resend('content_digest_malformed'), digest(good.replace('sha', 'SHA'))],
  'two headers, both right': [resend('header_repeated'), digest([good, good])],
  'two headers, the second wrong': [resend('header_repeated'), digest([good, digestOf(changed)])],
})

const zipped = gzipSync(NEXT)
attacks('attack 279: games with the content coding', {
  'the digest of the decoded bytes in the header': [
    resend('content_digest_mismatch'),
    (shop) =>
      send(
        shop,
        NEXT,
        { ...NEXT_CLAIMS, digest: digestOf(zipped), length: zipped.byteLength, content_encoding: 'gzip' },
        { body: zipped, headers: { 'content-encoding': 'gzip', 'content-digest': digestOf(NEXT) } },
      ),
  ],
  'the digest of the decoded bytes in the envelope': [
    resend('digest_mismatch'),
    (shop) =>
      next(
        shop,
        { body: zipped, headers: { 'content-encoding': 'gzip' } },
        { length: zipped.byteLength, content_encoding: 'gzip' },
      ),
  ],
  'compressed on the way': [
    resend('content_encoding_mismatch'),
    (shop) => next(shop, { body: zipped, headers: { 'content-encoding': 'gzip' } }),
  ],
  'decompressed on the way': [
    resend('content_encoding_mismatch'),
    (shop) => next(shop, {}, { content_encoding: 'gzip' }),
  ],
  'a coding that nobody takes': [
    stop('envelope_invalid'),
    (shop) => next(shop, {}, { content_encoding: 'br' }),
  ],
  'two codings': [
    resend('content_encoding_mismatch'),
    (shop) => next(shop, { headers: { 'content-encoding': 'gzip, gzip' } }, { content_encoding: 'gzip' }),
  ],
  'signed as compressed, and is not': [
    stop('inflation_failed', 422),
    (shop) => next(shop, { headers: { 'content-encoding': 'gzip' } }, { content_encoding: 'gzip' }),
  ],
  'Repr-Digest in place of Content-Digest': [
    resend('content_digest_missing'),
    (shop) => next(shop, { headers: { 'content-digest': undefined, 'repr-digest': good } }),
  ],
  'a Repr-Digest of something else beside it': [
    resend('content_digest_mismatch'),
    (shop) => next(shop, { headers: { 'repr-digest': digestOf(changed) } }),
  ],
})

const without = (name: string) => async (shop: Shop) => {
  const claims = Object.entries(honestClaims(shop, NEXT, NEXT_CLAIMS)).filter(([each]) => each !== name)
  return post(shop, { envelope: await shop.a.sign(Object.fromEntries(claims)), body: NEXT })
}
const COVERED =
  'kind stream first last digest previous length content_type content_encoding schema htm htu'.split(' ')
attacks('attack 280: a signature that does not cover', {
  ...Object.fromEntries(
    COVERED.map((name) => [`the claim ${name}`, [stop('envelope_incomplete'), without(name)] as const]),
  ),
  ...Object.fromEntries(
    ['iat', 'exp', 'jti', 'aud', 'sub'].map((name) => [
      `the claim ${name}`,
      [renew('claim_missing'), without(name)] as const,
    ]),
  ),
  'the method that is used': [resend('method_mismatch'), (shop) => next(shop, {}, { htm: 'PUT' })],
  'a body that is got': [
    resend('method_mismatch'),
    async (shop) =>
      post(shop, { method: 'GET', envelope: await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS)) }),
  ],
  'the path that is used': [resend('target_mismatch'), (shop) => next(shop, { url: `${shop.origin}/other` })],
  'the query that is used': [resend('target_mismatch'), (shop) => next(shop, { url: `${shop.url}?force=1` })],
  'the host that is used': [
    resend('target_mismatch'),
    (shop) => next(shop, { headers: { host: 'shop-b.evil.example.com' } }),
  ],
  'the content type that is used': [
    resend('content_type_mismatch'),
    (shop) => next(shop, { headers: { 'content-type': 'application/json' } }),
  ],
  'a content type that is taken': [
    stop('envelope_invalid'),
    (shop) => next(shop, { headers: { 'content-type': 'text/plain' } }, { content_type: 'text/plain' }),
  ],
  'the length that is sent': [
    resend('length_mismatch'),
    (shop) => next(shop, {}, { length: NEXT.byteLength + 1 }),
  ],
})

const claimed = (claims: Record<string, unknown>) => (shop: Shop) => next(shop, {}, claims)
attacks('attack 281: the edges of a signed message', {
  'two envelopes': [
    { status: 400, code: 'credentials_multiple', action: 'renew' },
    async (shop) => {
      const envelope = `Bearer ${await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS))}`
      return post(shop, { body: NEXT, headers: { authorization: [envelope, envelope] } })
    },
  ],
  'no envelope, and a signature by RFC 9421': [
    renew('credentials_missing'),
    (shop) =>
      post(shop, {
        body: NEXT,
        headers: {
          'signature-input': 'sig1=("@method" "@target-uri" "content-digest");keyid="shop-a";created=1',
          signature: 'sig1=:AAAA:',
        },
      }),
  ],
  'the content type twice': [
    resend('header_repeated'),
    (shop) => next(shop, { headers: { 'content-type': ['application/x-ndjson', 'application/x-ndjson'] } }),
  ],
  'the content coding twice': [
    resend('header_repeated'),
    (shop) => next(shop, { headers: { 'content-encoding': ['identity', 'gzip'] } }),
  ],
  'the key id of another sender': [
    renew('token_invalid'),
    (shop) =>
      next(shop, {
        by: { ...shop.a, sign: (claims) => shop.a.sign(claims, { typ: 'sync+jwt', kid: shop.c.keyId }) },
      }),
  ],
  'HMAC with the public key as its secret': [
    renew('token_invalid'),
    async (shop) => {
      const { SignJWT } = await import('jose')
      const secret = Buffer.from(shop.a.publicKey.export({ type: 'spki', format: 'pem' }).toString())
      const envelope = await new SignJWT(honestClaims(shop, NEXT, NEXT_CLAIMS))
        .setProtectedHeader({ alg: 'HS256', kid: shop.a.keyId, typ: 'sync+jwt' })
        .sign(secret)
      return post(shop, { envelope, body: NEXT })
    },
  ],
  expired: [
    renew('token_expired'),
    (shop) => claimed({ iat: Math.floor(shop.clock()) - 120, exp: Math.floor(shop.clock()) - 60 })(shop),
  ],
  'from the future': [
    renew('token_not_yet_valid'),
    (shop) => claimed({ iat: Math.floor(shop.clock()) + 60, exp: Math.floor(shop.clock()) + 120 })(shop),
  ],
  'made to live for a year': [
    renew('token_too_old'),
    (shop) =>
      claimed({ iat: Math.floor(shop.clock()) - 3600, exp: Math.floor(shop.clock()) + 31_536_000 })(shop),
  ],
  'a batch before the first': [stop('envelope_invalid'), claimed({ first: 0 })],
  'a range that is turned round': [stop('envelope_invalid'), claimed({ first: 4, last: 3 })],
  'sequence numbers as text': [stop('envelope_invalid'), claimed({ first: '3' })],
  'a digest by md5': [stop('envelope_invalid'), claimed({ digest: `md5=:${hash('md5')}:` })],
  'no batch before one that is not the first': [stop('envelope_invalid'), claimed({ previous: 'none' })],
  'an access token in the place of an envelope': [
    renew('token_invalid'),
    (shop) => next(shop, { header: { typ: 'at+jwt' } }),
  ],
  'a receipt in the place of an envelope': [
    renew('token_invalid'),
    (shop) => next(shop, { header: { typ: 'sync-receipt+jwt' } }),
  ],
  'a method that is none of ours': [
    stop('method_not_allowed', 405),
    (shop) => next(shop, { method: 'PUT' }, { htm: 'PUT' }),
  ],
})

/** Texts of which two readers could make two things: they arrive as they were sent, byte for byte. */
const SPELLINGS = [
  '{"b":1,"a":2}',
  '{"a":2,"b":1}',
  '[1,1.0,1e0,0.1e1]',
  '[-0,0,0.0,-0.0]',
  '{"a":1,"a":2}',
  String.raw`["\ud800","\udfff"]`,
  '["\u00e9","e\u0301"]',
  String.raw`["\u00e9","\/","/"]`,
  ' { "a" :\t1 } ',
]
describe.each(databases)('attack 290: one text, several spellings, on %s', (_, open) => {
  test.each(SPELLINGS)('%s arrives as it was signed', async (data) => {
    const received: string[] = []
    const shop = await openShop(open, {
      receiver: {
        async apply({ records }) {
          for await (const { raw } of records) received.push(Buffer.from(raw).toString())
        },
      },
    })
    const line = `{"sequence":1,"id":"order/1","data":${data}}`
    const { status } = await send(shop, Buffer.from(`${line}\n`))
    expect(status).toBe(200)
    expect(received).toEqual([line])
    await shop.close()
  })

  test.each(SPELLINGS)('%s, parsed and written again by somebody on the way, is refused', async (data) => {
    const shop = await openShop(open)
    const line = `{"id":"order/1","sequence":1,"data":${data}}`
    const sent = Buffer.from(`${line}\n`)
    const { id, sequence, data: parsed } = JSON.parse(line) as Record<string, unknown>
    const again = bodyOf([{ sequence, id, data: parsed }])
    expect(again).not.toEqual(sent)
    const envelope = await shop.a.sign(honestClaims(shop, sent, { aud: SHOP_B, length: again.byteLength }))
    const { body } = await post(shop, { envelope, body: again })
    expect(body).toMatchObject({ code: 'digest_mismatch', action: 'resend', next: 1 })
    expect((await shop.snapshot()).items).toEqual([])
    await shop.close()
  })
})

describe.each(databases)('what is right, on %s', (_, open) => {
  test.each([
    ['sha-512 alone', (body: Uint8Array) => digestOf(body, 'sha-512')],
    ['both', (body: Uint8Array) => `${digestOf(body, 'sha-512')}, ${digestOf(body)}`],
    ['one of them beside an unknown one', (body: Uint8Array) => `md5=:AAAA:, ${digestOf(body)}`],
  ])('a Content-Digest with %s is taken', async (_name, digestHeader) => {
    const shop = await openShop(open)
    const body = bodyOf([order(1)])
    const headers = { 'content-digest': digestHeader(body), 'repr-digest': digestOf(body) }
    const { status } = await send(shop, body, { digest: digestOf(body, 'sha-512') }, { headers })
    expect(status).toBe(200)
    await shop.close()
  })
})
