import {
  createReceiver,
  createSqlState,
  createSyncHandler,
  createSyncVerifier,
  sentBy,
} from '@portcullis/sync'
import { createServer } from 'node:http'
import { attacks, FIRST, NEXT, NEXT_CLAIMS, resend, stop } from '../support/attacks.ts'
import { databases } from '../support/databases.ts'
import { bodyOf, digestOf, honestClaims, order, post, send } from '../support/forge.ts'
import { listen } from '../support/listen.ts'
import { applyItems, openShop, SHOP_A, SHOP_B, type Shop } from '../support/shop.ts'

const THIRD = bodyOf([order(5), order(6)])
const VERSIONED = bodyOf([order(1, { version: 1 }), order(2, { version: 1 })])
const AFTER_VERSIONED = { ...NEXT_CLAIMS, previous: digestOf(VERSIONED) }
const OTHER = bodyOf([order(3, { data: { amount: 1 } }), order(4)])

/** Brings a shop to two batches. */
async function advanced(open: (typeof databases)[number][1]) {
  const shop = await openShop(open)
  await send(shop, FIRST)
  const envelope = await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS))
  expect((await post(shop, { envelope, body: NEXT })).status).toBe(200)
  return { shop, envelope }
}

describe.each(databases)('on %s', (_, open) => {
  let shop: Shop
  let envelope: string
  beforeAll(async () => {
    ;({ shop, envelope } = await advanced(open))
  })
  afterAll(() => shop.close())
  const expectNothingChanged = async () => {
    expect((await shop.snapshot()).applications).toEqual([1, 2, 3, 4])
    expect(await shop.state.cursor({ stream: 'orders', issuer: SHOP_A, subject: SHOP_A })).toMatchObject({
      sequence: 4,
      digest: digestOf(NEXT),
    })
  }

  test('attack 282: the same envelope once more is refused', async () => {
    const { status, body } = await post(shop, { envelope, body: NEXT })
    expect({ status, ...body }).toMatchObject({ ...resend('envelope_replayed', 409), next: 5 })
    await expectNothingChanged()
  })

  test('attack 282: the same envelope a hundred times at once is applied at most once', async () => {
    const fresh = await openShop(open)
    const once = await fresh.a.sign(honestClaims(fresh, FIRST))
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(fresh, { envelope: once, body: FIRST })),
    )
    const codes = answers.map(({ body }) => String(body.result ?? body.code))
    expect(codes.filter((code) => code === 'applied')).toHaveLength(1)
    const others = codes.filter((code) => code !== 'applied')
    expect(others.filter((code) => code !== 'envelope_replayed' && code !== 'receiver_busy')).toEqual([])
    expect((await fresh.snapshot()).applications).toEqual([1, 2])
    await fresh.close()
  })

  /** Two requests whose bodies arrive in full only when both have been found to be in order. */
  async function bothAtOnce(shop: Shop, sent: readonly (readonly [envelope: string, body: Buffer])[]) {
    const finish: (() => void)[] = []
    const answers = sent.map(([envelope, body]) =>
      post(shop, {
        envelope,
        body,
        write(outgoing) {
          outgoing.write(body.subarray(0, 5))
          finish.push(() => outgoing.end(body.subarray(5)))
        },
      }),
    )
    // There is no place for a third one as soon as both are there.
    let third
    do third = await send(shop, FIRST, {}, { body: Buffer.alloc(FIRST.byteLength) })
    while (third.body.code !== 'receiver_busy')
    for (const each of finish) each()
    return (await Promise.all(answers)).map(({ body }) => String(body.result ?? body.code)).sort()
  }
  const TWO_PLACES = { receiver: { limits: { concurrentBodies: 2 } } }

  test('attack 282: the same envelope twice, both of whose bodies are arriving, is applied once', async () => {
    const fresh = await openShop(open, TWO_PLACES)
    const once = await fresh.a.sign(honestClaims(fresh, FIRST))
    const codes = await bothAtOnce(fresh, [
      [once, FIRST],
      [once, FIRST],
    ])
    expect(codes).toEqual(['applied', 'envelope_replayed'])
    expect((await fresh.snapshot()).applications).toEqual([1, 2])
    await fresh.close()
  })

  test('attack 287: two batches under one number, both of which are arriving, are an alarm', async () => {
    const fresh = await openShop(open, TWO_PLACES)
    const fork = bodyOf([order(1, { data: 'other' }), order(2), order(3)])
    const codes = await bothAtOnce(fresh, [
      [await fresh.a.sign(honestClaims(fresh, FIRST)), FIRST],
      [await fresh.a.sign(honestClaims(fresh, fork)), fork],
    ])
    expect(codes).toEqual(['applied', 'fork_detected'])
    expect(await fresh.state.alarms()).toHaveLength(1)
    expect([2, 3]).toContain((await fresh.snapshot()).applications.length)
    await fresh.close()
  })

  test('attack 282: the same envelope after a restart of the receiver is refused', async () => {
    const restarted = createReceiver({
      verifier: createSyncVerifier({
        receiver: SHOP_B,
        senders: [{ issuer: SHOP_A, keys: shop.a.keys }],
        clock: shop.clock,
      }),
      state: await createSqlState({ database: shop.database }),
      streams: { orders: { allow: sentBy(SHOP_A) } },
      apply: applyItems,
    })
    const handle = createSyncHandler(restarted)
    const server = createServer((request, response) => void handle(request, response))
    const address = new URL(await listen(server))
    // It stands behind the same name.
    const headers = { host: new URL(shop.url).host }
    const { status, body } = await post(shop, {
      url: `${address.origin}/sync`,
      envelope,
      body: NEXT,
      headers,
    })
    server.close()
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'envelope_replayed' })
    await expectNothingChanged()
  })

  test('the last batch under a new envelope was applied already, and is not applied again', async () => {
    const { status, body } = await send(shop, NEXT, NEXT_CLAIMS)
    expect({ status, ...body }).toMatchObject({ status: 200, result: 'already_applied', sequence: 4 })
    await expectNothingChanged()
  })

  test('attack 283: a batch that does not follow is a gap', async () => {
    const claims = { first: 7, last: 8, previous: digestOf(THIRD) }
    const { status, body } = await send(shop, bodyOf([order(7), order(8)]), claims)
    expect({ status, ...body }).toMatchObject({ ...resend('sequence_gap', 409), next: 5 })
    await expectNothingChanged()
  })

  test('attack 283: an older batch under a new envelope is a rollback', async () => {
    const { status, body } = await send(shop, FIRST)
    expect({ status, ...body }).toMatchObject({ ...resend('sequence_rollback', 409), next: 5 })
    await expectNothingChanged()
  })

  test('attack 283: a batch older than what is remembered is a rollback', async () => {
    const forgetful = await openShop(open)
    const state = await createSqlState({ database: forgetful.database, history: 1 })
    const key = { stream: 'orders', issuer: SHOP_A, subject: SHOP_A }
    for (const [first, body, previous] of [
      [1, FIRST, 'none'],
      [3, NEXT, digestOf(FIRST)],
    ] as const) {
      await state.transaction(key, (step) =>
        step.advance(
          { first, last: first + 1, digest: digestOf(body), envelopeId: previous },
          { sequence: first + 1, digest: digestOf(body), schema: 1 },
        ),
      )
    }
    const { status, body } = await send(forgetful, bodyOf([order(1), order(2, { data: 'other' })]))
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'sequence_rollback' })
    await forgetful.close()
  })

  test('attack 283: a batch that names another one before it is an alarm', async () => {
    const claims = { first: 5, last: 6, previous: digestOf(OTHER) }
    const { status, body } = await send(shop, THIRD, claims)
    expect({ status, ...body }).toMatchObject(stop('previous_mismatch', 409))
    expect(await shop.state.alarms()).toContainEqual(
      expect.objectContaining({ code: 'previous_mismatch', first: 5, previous: digestOf(OTHER) }),
    )
    await expectNothingChanged()
  })

  test.each([
    ['the same numbers', OTHER, { first: 3, last: 4, previous: digestOf(FIRST) }],
    ['some of the numbers', bodyOf([order(4), order(5)]), { first: 4, last: 5, previous: digestOf(FIRST) }],
    ['one of the numbers', bodyOf([order(4)]), { first: 4, last: 4, previous: digestOf(FIRST) }],
    [
      'all of the numbers',
      bodyOf([1, 2, 3, 4, 5].map((sequence) => order(sequence))),
      { first: 1, last: 5, previous: 'none' },
    ],
  ])('attack 287: another batch under %s is an alarm, and is refused', async (_name, body, claims) => {
    shop.events.length = 0
    const answer = await send(shop, body, claims)
    expect({ status: answer.status, ...answer.body }).toMatchObject(stop('fork_detected', 409))
    const alarm = {
      stream: 'orders',
      issuer: SHOP_A,
      subject: SHOP_A,
      code: 'fork_detected',
      first: claims.first,
      digest: digestOf(body),
    }
    expect(shop.events).toContainEqual({ kind: 'alarm', alarm: expect.objectContaining(alarm) })
    expect(await shop.state.alarms()).toContainEqual(expect.objectContaining(alarm))
    await expectNothingChanged()
  })

  test('attack 287: of two batches at once under one number, one is applied and the other is an alarm', async () => {
    const fresh = await openShop(open)
    const bodies = [FIRST, bodyOf([order(1, { data: 'other' }), order(2)])]
    const answers = await Promise.all(bodies.map((body) => send(fresh, body)))
    const codes = answers.map(({ body }) => String(body.result ?? body.code)).sort()
    expect(codes).toEqual(['applied', 'fork_detected'])
    expect((await fresh.snapshot()).applications).toEqual([1, 2])
    await fresh.close()
  })
})

attacks(
  'attack 294: what was deleted is raised from the dead',
  {
    'by an older version under a new number': [
      stop('record_version_stale', 409),
      (shop) =>
        send(
          shop,
          bodyOf([
            { sequence: 3, id: 'order/1', version: 3, deleted: true },
            { sequence: 4, id: 'order/1', version: 2, data: { amount: 10 } },
          ]),
          AFTER_VERSIONED,
        ),
    ],
    'by the version that was applied': [
      stop('record_version_stale', 409),
      (shop) =>
        send(
          shop,
          bodyOf([order(3, { id: 'order/1', version: 1 }), order(4, { version: 9 })]),
          AFTER_VERSIONED,
        ),
    ],
    'by a record without a version': [
      stop('record_malformed', 422),
      (shop) => send(shop, bodyOf([order(3, { id: 'order/1' }), order(4, { version: 9 })]), AFTER_VERSIONED),
    ],
  },
  { receiver: { streams: { orders: { allow: sentBy(SHOP_A), versioned: true } } } },
  [VERSIONED, bodyOf([order(3, { version: 1 }), order(4, { version: 7 })])],
)
describe.each(databases)('attack 294: versions of two senders, on %s', (_, open) => {
  test('an older upsert of one sender does not raise what another one has deleted', async () => {
    const streams = {
      stock: { allow: { check: () => ({ allowed: true }) as const, describe: () => 'all' }, versioned: true },
    }
    const shop = await openShop(open, { receiver: { streams } })
    const item = { id: 'item/1', data: { count: 1 } }
    const steps = [
      [shop.a, { sequence: 1, ...item, version: 1 }, 'applied'],
      [shop.c, { sequence: 1, id: 'item/1', version: 2, deleted: true }, 'applied'],
      [shop.a, { sequence: 2, ...item, version: 2 }, 'record_version_stale'],
      [shop.a, { sequence: 2, ...item, version: 3 }, 'applied'],
    ] as const
    let previous = 'none'
    for (const [by, line, expected] of steps) {
      const body = bodyOf([line])
      const { sequence } = line
      const { body: answer } = await send(
        shop,
        body,
        {
          iss: by.issuer,
          sub: by.issuer,
          stream: 'stock',
          first: sequence,
          last: sequence,
          previous: sequence === 1 ? 'none' : previous,
        },
        { by },
      )
      expect(answer.result ?? answer.code).toBe(expected)
      if (by === shop.a && expected === 'applied') previous = digestOf(body)
    }
    await shop.close()
  })
})
