import { gzipSync } from 'node:zlib'
import { attacks, NEXT_CLAIMS, resend, stop, NEXT, type Attack } from '../support/attacks.ts'
import { bodyOf, digestOf, honestClaims, order, post, send } from '../support/forge.ts'
import { databases } from '../support/databases.ts'
import { openShop, SHOP_A, type Shop } from '../support/shop.ts'
import { BatchRefused, sentBy } from '@portcullis/sync'

const signed =
  (body: Uint8Array, claims: Record<string, unknown> = {}) =>
  (shop: Shop) =>
    send(shop, body, { ...NEXT_CLAIMS, ...claims })
const lines = (...each: object[]) => signed(bodyOf(each))
const text = (content: string) => signed(Buffer.from(content))

attacks('attack 288: a batch that is not what its envelope says', {
  'cut off on the way': [
    resend('length_mismatch'),
    async (shop) =>
      post(shop, {
        envelope: await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS)),
        body: NEXT.subarray(0, -10),
      }),
  ],
  'cut off on the way, in chunks': [
    resend('body_truncated'),
    async (shop) =>
      post(shop, {
        envelope: await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS)),
        body: NEXT,
        headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' },
        write: (outgoing) => outgoing.end(NEXT.subarray(0, -10)),
      }),
  ],
  'endless, in chunks': [
    resend('body_too_long', 413),
    async (shop) =>
      post(shop, {
        envelope: await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS)),
        body: NEXT,
        headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' },
        write(outgoing) {
          const timer = setInterval(() => outgoing.write(NEXT), 1)
          outgoing.on('close', () => {
            clearInterval(timer)
          })
        },
      }),
  ],
  'without the end of the last line': [stop('batch_unterminated', 422), signed(NEXT.subarray(0, -1))],
  'with fewer records': [stop('record_count_mismatch', 422), lines(order(3))],
  'with none': [stop('record_count_mismatch', 422), text('')],
  'with more records': [stop('record_count_mismatch', 422), lines(order(3), order(4), order(5))],
  'with its records in another order': [stop('record_out_of_order', 422), lines(order(4), order(3))],
  'with a record twice': [stop('record_out_of_order', 422), lines(order(3), order(3))],
  'with a record of elsewhere': [stop('record_out_of_order', 422), lines(order(3), order(7))],
  'with an empty line': [stop('record_malformed', 422), text(`\n${NEXT.toString()}`)],
  'with something that is no JSON': [stop('record_malformed', 422), text('{"sequence":3,\n{}\n')],
  'with a list': [stop('record_malformed', 422), text('[3]\n[4]\n')],
  'with bytes that are no UTF-8': [
    stop('record_malformed', 422),
    signed(
      Buffer.concat([
        Buffer.from('{"sequence":3,"id":"a","data":"'),
        Buffer.from([0xff]),
        Buffer.from('"}\n{}\n'),
      ]),
    ),
  ],
  'with a record that has neither data nor deletion': [
    stop('record_malformed', 422),
    lines({ sequence: 3, id: 'a' }, order(4)),
  ],
  'with a record that has both': [
    stop('record_malformed', 422),
    lines({ sequence: 3, id: 'a', data: 1, deleted: true }, order(4)),
  ],
  'with a deletion that is none': [
    stop('record_malformed', 422),
    lines({ sequence: 3, id: 'a', deleted: false }, order(4)),
  ],
  'with a member that is not known': [
    stop('record_malformed', 422),
    lines({ ...order(3), sender: 'shop C' }, order(4)),
  ],
  'with a number as an id': [stop('record_malformed', 422), lines(order(3, { id: 7 }), order(4))],
  'with a sequence number as text': [
    stop('record_malformed', 422),
    lines({ ...order(3), sequence: '3' }, order(4)),
  ],
  'with a version that is none': [stop('record_malformed', 422), lines(order(3, { version: 0 }), order(4))],
})

const bomb = gzipSync(Buffer.alloc(60_000_000, 0x20))
const gzipped = (body: Uint8Array, limits: string) =>
  [
    stop(limits, 413),
    (shop: Shop) =>
      send(
        shop,
        body,
        { ...NEXT_CLAIMS, content_encoding: 'gzip' },
        { headers: { 'content-encoding': 'gzip' } },
      ),
  ] as const satisfies Attack
const ratioBomb = gzipSync(
  bodyOf(Array.from({ length: 3000 }, (_, index) => order(index + 3, { data: 'x'.repeat(10_000) }))),
)

attacks('attack 291: a bomb inside a signed batch', {
  'one line that does not end': gzipped(bomb, 'record_too_large'),
  'many lines, more than a hundred times their size': [
    stop('inflated_too_large', 413),
    (shop) =>
      send(
        shop,
        ratioBomb,
        { ...NEXT_CLAIMS, content_encoding: 'gzip', last: 3002 },
        { headers: { 'content-encoding': 'gzip' } },
      ),
  ],
  'a record above its limit': [
    stop('record_too_large', 413),
    lines(order(3, { data: 'x'.repeat(1_048_600) }), order(4)),
  ],
  'bytes after the end of the compressed ones': [
    stop('inflation_failed', 422),
    (shop) =>
      send(
        shop,
        Buffer.concat([gzipSync(NEXT).subarray(0, -4), Buffer.from('xxxx')]),
        { ...NEXT_CLAIMS, content_encoding: 'gzip' },
        { headers: { 'content-encoding': 'gzip' } },
      ),
  ],
})

attacks(
  'the limits of a receiver',
  {
    'more bytes than are taken': [
      stop('batch_too_large', 413),
      (shop) => send(shop, Buffer.alloc(100_001, 0x20), NEXT_CLAIMS),
    ],
    'more records than are taken': [stop('too_many_records', 413), signed(NEXT, { last: 103 })],
    'more bytes after inflation than are taken': [
      stop('inflated_too_large', 413),
      (shop) =>
        send(
          shop,
          gzipSync(bodyOf([order(3, { data: 'x'.repeat(300_000) }), order(4)])),
          { ...NEXT_CLAIMS, content_encoding: 'gzip' },
          { headers: { 'content-encoding': 'gzip' } },
        ),
    ],
    'a body that stops coming': [
      resend('body_too_slow', 408),
      async (shop) =>
        post(shop, {
          envelope: await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS)),
          body: NEXT,
          write: (outgoing) => void outgoing.write(NEXT.subarray(0, 5)),
        }),
    ],
    'a body that drips': [
      resend('body_too_slow', 408),
      async (shop) =>
        post(shop, {
          envelope: await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS)),
          body: NEXT,
          write(outgoing) {
            let at = 0
            const timer = setInterval(() => outgoing.write(NEXT.subarray(at, ++at)), 200)
            outgoing.on('close', () => {
              clearInterval(timer)
            })
          },
        }),
    ],
  },
  {
    receiver: {
      limits: {
        batchBytes: 100_000,
        records: 100,
        inflatedBytes: 200_000,
        recordBytes: 1_000_000,
        idleSeconds: 1,
        slowestBytesPerSecond: 1000,
      },
    },
  },
)

const id = (name: string) => [stop('record_unsafe', 422), lines(order(3, { id: name }), order(4))] as const
const data = (json: string) =>
  [
    stop('record_unsafe', 422),
    text(`{"sequence":3,"id":"a","data":${json}}\n${JSON.stringify(order(4))}\n`),
  ] as const
attacks('attack 292: records that reach for more', {
  ...Object.fromEntries(
    [
      '__proto__',
      'constructor',
      'a/prototype',
      '../../etc/passwd',
      'a/../b',
      'a/./b',
      'a//b',
      '/etc/passwd',
      '..',
      String.raw`a\b`,
      'a\0b',
      'a b',
      'ä',
      '',
      'x'.repeat(257),
    ].map((name) => [`the id ${JSON.stringify(name.slice(0, 20))}`, id(name)] as const),
  ),
  'a member __proto__': data('{"__proto__":{"admin":true}}'),
  'the same, spelled otherwise': data(String.raw`{"\u005f_proto__":{"admin":true}}`),
  'the same, deep inside': data('[[{"a":[{"__proto__":1}]}]]'),
  'a constructor with a prototype': data('{"constructor":{"prototype":{"admin":true}}}'),
  'beside the data': [
    stop('record_unsafe', 422),
    text(`{"sequence":3,"id":"a","data":1,"__proto__":{}}\n${JSON.stringify(order(4))}\n`),
  ],
})
attacks(
  'attack 292: another version of the schema',
  {
    'an older one than before': [stop('schema_downgrade', 422), signed(NEXT, { schema: 1 })],
    'one that nobody knows': [stop('schema_unsupported', 422), signed(NEXT, { schema: 3 })],
  },
  { receiver: { streams: { orders: { allow: sentBy(SHOP_A), schemas: [1, 2] } } } },
  undefined,
  { schema: 2 },
)

describe.each(databases)('what apply says, on %s', (_, open) => {
  test.each([
    ['refuses the batch', new BatchRefused('no such customer'), stop('batch_refused', 422)],
    ['fails', new Error('a secret'), { status: 500, code: 'apply_failed', action: 'retry' }],
  ])(
    'where it %s, nothing of the batch is kept, and nothing is told of why',
    async (_name, error, expected) => {
      const shop = await openShop(open, {
        receiver: {
          async apply(_batch, transaction) {
            await transaction.insertInto('items').values({ id: 'left over', data: null }).execute()
            throw error
          },
        },
      })
      const { status, body } = await send(shop, bodyOf([order(1)]))
      expect({ status, ...body }).toMatchObject(expected)
      expect(JSON.stringify(body)).not.toContain(error.message)
      expect(shop.events).toContainEqual(
        expect.objectContaining({ kind: 'refused', code: expected.code, cause: error }),
      )
      expect((await shop.snapshot()).items).toEqual([])
      await shop.close()
    },
  )

  test('a wrong record refuses the batch, also where apply does not look at it, or looks away', async () => {
    for (const apply of [
      () => undefined,
      async ({ records }: { readonly records: AsyncIterable<unknown> }) => {
        try {
          const all = records[Symbol.asyncIterator]()
          while ((await all.next()).done !== true);
        } catch {
          // Looked away.
        }
      },
      async ({ records }: { readonly records: AsyncIterable<unknown> }) => {
        await records[Symbol.asyncIterator]().next()
      },
    ]) {
      const shop = await openShop(open, { receiver: { apply } })
      const { body } = await send(shop, bodyOf([order(1), order(3)]))
      expect(body).toMatchObject({ code: 'record_out_of_order', record: 2 })
      const key = { stream: 'orders', issuer: SHOP_A, subject: SHOP_A }
      expect(await shop.state.cursor(key)).toMatchObject({ sequence: 0 })
      expect((await send(shop, bodyOf([order(1), order(2)]))).status).toBe(200)
      expect(digestOf(bodyOf([order(1), order(2)]))).toBe((await shop.state.cursor(key)).digest)
      await shop.close()
    }
  })

  test('more bodies at once than are taken are asked to come later', async () => {
    const shop = await openShop(open, { receiver: { limits: { concurrentBodies: 1 } } })
    const body = bodyOf([order(1)])
    const envelope = await shop.a.sign(honestClaims(shop, body))
    let finish: () => void = () => undefined
    const first = post(shop, {
      envelope,
      body,
      write(outgoing) {
        outgoing.write(body.subarray(0, 5))
        finish = () => outgoing.end(body.subarray(5))
      },
    })
    // What is refused for another reason leaves the place free, until the first one has it.
    let busy
    do busy = await send(shop, body, {}, { body: Buffer.alloc(body.byteLength) })
    while (busy.status === 400)
    expect({ ...busy, ...busy.body }).toMatchObject({ status: 503, code: 'receiver_busy', action: 'retry' })
    finish()
    expect((await first).status).toBe(200)
    await shop.close()
  })
})
