import { databases } from './databases.ts'
import { bodyOf, digestOf, order, send, type Answered } from './forge.ts'
import { openShop, type Shop, type ShopOptions } from './shop.ts'

/** What is in shop B before each attack: a batch of two orders. */
export const FIRST = bodyOf([order(1), order(2)])
/** What shop A would send next. */
export const NEXT = bodyOf([order(3), order(4)])
export const NEXT_CLAIMS = { first: 3, last: 4, previous: digestOf(FIRST) }

export interface Expected {
  readonly status: number
  readonly code: string
  readonly action?: 'resend' | 'renew' | 'retry' | 'stop'
}

export type Attack = readonly [expected: Expected, attempt: (shop: Shop) => Promise<Answered>]

export const resend = (code: string, status = 400): Expected => ({ status, code, action: 'resend' })
export const stop = (code: string, status = 400): Expected => ({ status, code, action: 'stop' })
export const renew = (code: string, status = 401): Expected => ({ status, code, action: 'renew' })

/** Tries each attack on a shop that has the first batch, over HTTP, on each database: refused, and nothing has changed. */
export function attacks(
  name: string,
  table: Readonly<Record<string, Attack>>,
  options: ShopOptions = {},
  [first, next]: readonly [first: Buffer, next: Buffer] = [FIRST, NEXT],
  more: Record<string, unknown> = {},
): void {
  describe.each(databases)(`${name}, on %s`, (_, open) => {
    let shop: Shop
    beforeAll(async () => {
      shop = await openShop(open, options)
      const { status } = await send(shop, first, more)
      expect(status).toBe(200)
    })
    afterAll(() => shop.close())

    test.each(Object.entries(table))('%s', async (_case, [expected, attempt]) => {
      const before = { data: await shop.snapshot(), cursor: await cursorOf(shop) }
      const { status, body, headers } = await attempt(shop)
      expect({
        status,
        code: body.code,
        ...(expected.action === undefined ? {} : { action: body.action }),
      }).toEqual(expected)
      expect(headers['content-type']).toBe('application/problem+json')
      expect(headers['cache-control']).toBe('no-store')
      if (expected.action === 'resend') expect(body.next).toBe(before.cursor.sequence + 1)
      expect({ data: await shop.snapshot(), cursor: await cursorOf(shop) }).toEqual(before)
    })

    test('and what the sender really sends is applied afterwards', async () => {
      const { status, body } = await send(shop, next, { ...NEXT_CLAIMS, previous: digestOf(first), ...more })
      expect({ status, result: body.result }).toEqual({ status: 200, result: 'applied' })
      expect((await shop.snapshot()).applications).toEqual([1, 2, 3, 4])
    })
  })
}

const cursorOf = ({ state, a }: Shop) =>
  state.cursor({ stream: 'orders', issuer: a.issuer, subject: a.issuer })
