import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Party } from './party.ts'
import { SHOP_B, type Shop } from './shop.ts'

export interface Line {
  readonly sequence: number
  readonly id: string
  readonly version?: number
  readonly data?: unknown
  readonly deleted?: boolean
}

export const digestOf = (body: Uint8Array | string, algorithm: 'sha-256' | 'sha-512' = 'sha-256') =>
  `${algorithm}=:${createHash(algorithm.replace('-', '')).update(body).digest('base64')}:`

export const bodyOf = (lines: readonly object[]) =>
  Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))

export const order = (sequence: number, more: object = {}): Line => ({
  sequence,
  id: `order/${sequence}`,
  data: { amount: sequence * 10 },
  ...more,
})

/** The claims of an envelope for a body, as an honest sender would have it. */
export function honestClaims(shop: Shop, body: Uint8Array, more: Record<string, unknown> = {}) {
  const iat = Math.floor(shop.clock())
  return {
    iss: shop.a.issuer,
    sub: shop.a.issuer,
    aud: SHOP_B,
    iat,
    exp: iat + 60,
    jti: randomBytes(16).toString('base64url'),
    kind: 'batch',
    stream: 'orders',
    first: 1,
    last: body.toString().split('\n').length - 1,
    digest: digestOf(body),
    previous: 'none',
    length: body.byteLength,
    content_type: 'application/x-ndjson',
    content_encoding: 'identity',
    schema: 1,
    htm: 'POST',
    htu: shop.url,
    ...more,
  }
}

export interface Sent {
  readonly method?: string
  readonly url?: string
  readonly envelope?: string | undefined
  readonly body?: Uint8Array
  /** Over those of an honest sender; undefined leaves one out, a list repeats it. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Called instead of sending the body. */
  readonly write?: (outgoing: ReturnType<typeof request>) => void
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}

/** Sends one request exactly as it is told to. */
export async function post(shop: Shop, sent: Sent): Promise<Answered> {
  const { method = 'POST', url = shop.url, envelope, body = Buffer.alloc(0), headers = {}, write } = sent
  const all: NonNullable<Sent['headers']> = {
    host: new URL(shop.url).host,
    ...(envelope === undefined ? {} : { authorization: `Bearer ${envelope}` }),
    'content-type': 'application/x-ndjson',
    'content-length': String(body.byteLength),
    'content-digest': digestOf(body),
    ...headers,
  }
  const raw = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().flatMap((each) => [name, each]),
  )
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: raw, agent: false })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      text(response).then((answer) => {
        outgoing.destroy()
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: answer === '' ? {} : (JSON.parse(answer) as Answered['body']),
        })
      }, reject)
    })
    if (write === undefined) outgoing.end(body)
    else write(outgoing)
  })
}

/** An envelope by shop A over a body, changed as told, and sent. */
export async function send(
  shop: Shop,
  body: Uint8Array,
  claims: Record<string, unknown> = {},
  sent: Partial<Sent> & { readonly by?: Party; readonly header?: Record<string, unknown> } = {},
): Promise<Answered> {
  const { by = shop.a, header, ...rest } = sent
  const envelope = await by.sign(honestClaims(shop, body, claims), header)
  return post(shop, { envelope, body, ...rest })
}
