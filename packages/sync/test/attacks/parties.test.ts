import { memoryRevocationStore, type RevocationStore } from '@portcullis/core'
import { attacks, FIRST, NEXT, NEXT_CLAIMS, renew, resend, stop } from '../support/attacks.ts'
import { databases } from '../support/databases.ts'
import { bodyOf, honestClaims, order, post, send } from '../support/forge.ts'
import { createParty } from '../support/party.ts'
import { ISSUER, openShop, SHOP_A, SHOP_B, SHOP_C, type Shop } from '../support/shop.ts'

const next = (shop: Shop, claims: Record<string, unknown> = {}, sent: Parameters<typeof send>[3] = {}) =>
  send(shop, NEXT, { ...NEXT_CLAIMS, ...claims }, sent)

attacks('attack 284: an envelope for another receiver', {
  'for shop D': [stop('audience_mismatch', 401), (shop) => next(shop, { aud: 'https://shop-d.example.com' })],
  'for shop D and this one': [
    stop('audience_mismatch', 401),
    (shop) => next(shop, { aud: ['https://shop-d.example.com', SHOP_B] }),
  ],
  'for this one in a list': [stop('audience_mismatch', 401), (shop) => next(shop, { aud: [SHOP_B] })],
  'for this one, with a slash at the end': [
    stop('audience_mismatch', 401),
    (shop) => next(shop, { aud: `${SHOP_B}/` }),
  ],
  'for this one, redirected from where shop D listens': [
    resend('target_mismatch'),
    (shop) => next(shop, { htu: 'https://shop-d.example.com/sync' }),
  ],
})

attacks('attack 285: a batch for another stream', {
  'whose writer is somebody else': [stop('policy_refused', 403), (shop) => next(shop, { stream: 'stock' })],
  'that does not exist': [stop('stream_unknown', 404), (shop) => next(shop, { stream: 'customers' })],
  'that every object has': [stop('stream_unknown', 404), (shop) => next(shop, { stream: 'constructor' })],
  'with a path for a name': [stop('envelope_invalid'), (shop) => next(shop, { stream: '../orders' })],
})

const byIssuer = (shop: Shop, claims: Record<string, unknown>) =>
  next(shop, { iss: ISSUER, sub: SHOP_A, ...claims }, { by: shop.issuer })

attacks('attack 286: somebody else in the place of the sender', {
  'shop C, by its own name': [
    stop('policy_refused', 403),
    (shop) => next(shop, { iss: SHOP_C, sub: SHOP_C }, { by: shop.c }),
  ],
  'shop C, in the name of shop A': [renew('token_invalid'), (shop) => next(shop, {}, { by: shop.c })],
  'shop C, with shop A as its subject': [
    stop('sender_mismatch', 403),
    (shop) => next(shop, { iss: SHOP_C, sub: SHOP_A }, { by: shop.c }),
  ],
  'shop C, with shop A in the body and in headers': [
    stop('policy_refused', 403),
    (shop) =>
      send(
        shop,
        bodyOf([order(3, { data: { sender: SHOP_A } }), order(4)]),
        { ...NEXT_CLAIMS, iss: SHOP_C, sub: SHOP_C, sender: SHOP_A },
        { by: shop.c, headers: { from: SHOP_A, 'x-sender': SHOP_A } },
      ),
  ],
  'shop C, which grants itself a scope': [
    stop('self_granted', 403),
    (shop) =>
      next(shop, { iss: SHOP_C, sub: SHOP_C, stream: 'prices', scope: 'sync:prices' }, { by: shop.c }),
  ],
  'shop C, which grants itself a role': [
    stop('self_granted', 403),
    (shop) => next(shop, { iss: SHOP_C, sub: SHOP_C, roles: ['admin'] }, { by: shop.c }),
  ],
  'somebody whom nobody knows': [
    renew('token_invalid'),
    (shop) => {
      const mallory = createParty('https://mallory.example.com', shop.clock)
      return next(shop, { iss: mallory.issuer, sub: mallory.issuer }, { by: mallory })
    },
  ],
  'an issuer that names shop A, for a stream that shop A must sign itself': [
    stop('policy_refused', 403),
    (shop) => byIssuer(shop, {}),
  ],
  'an issuer that does not grant the stream': [
    stop('scope_insufficient', 403),
    (shop) => byIssuer(shop, { stream: 'prices', scope: 'sync:price' }),
  ],
})

attacks('attack 293: time', {
  'a sender whose clock is behind': [
    renew('token_expired'),
    (shop) => next(shop, { iat: Math.floor(shop.clock()) - 200, exp: Math.floor(shop.clock()) - 140 }),
  ],
  'a sender whose clock is ahead': [
    renew('token_not_yet_valid'),
    (shop) => next(shop, { iat: Math.floor(shop.clock()) + 200, exp: Math.floor(shop.clock()) + 260 }),
  ],
  'a delegation of an issuer that has expired': [
    renew('token_expired'),
    (shop) =>
      byIssuer(shop, {
        stream: 'prices',
        scope: 'sync:prices',
        iat: Math.floor(shop.clock()) - 200,
        exp: Math.floor(shop.clock()) - 6,
      }),
  ],
})

describe.each(databases)('attack 293: a key is called back, on %s', (_, open) => {
  test('what it has signed before, and is still queued, is refused from then on', async () => {
    const revocation = memoryRevocationStore()
    const shop = await openShop(open, { verifier: { revocation } })
    const queued = await shop.a.sign(honestClaims(shop, NEXT, NEXT_CLAIMS))
    expect((await send(shop, FIRST)).status).toBe(200)
    revocation.revoke({ issuer: SHOP_A, keyId: shop.a.keyId, until: shop.clock() + 3600 })

    const { status, body } = await post(shop, { envelope: queued, body: NEXT })
    expect({ status, ...body }).toMatchObject(stop('token_revoked', 401))
    expect((await shop.snapshot()).applications).toEqual([1, 2])
    await shop.close()
  })

  test('also while its body is arriving', async () => {
    let asked = 0
    const revocation: RevocationStore = { isRevoked: () => ++asked > 1 }
    const shop = await openShop(open, { verifier: { revocation } })
    const { status, body } = await send(shop, FIRST)
    expect({ status, ...body }).toMatchObject(stop('token_revoked', 401))
    expect((await shop.snapshot()).applications).toEqual([])
    await shop.close()
  })

  test('where nobody can say whether it was, the sender is asked to try later', async () => {
    let asked = 0
    const revocation: RevocationStore = {
      isRevoked() {
        if (++asked > 1) throw new Error('away')
        return false
      },
    }
    const shop = await openShop(open, { verifier: { revocation } })
    const { status, body, headers } = await send(shop, FIRST)
    expect({ status, ...body }).toMatchObject({ status: 503, code: 'state_unavailable', action: 'retry' })
    expect(headers['retry-after']).toBe('5')
    expect((await shop.snapshot()).applications).toEqual([])
    await shop.close()
  })
})

describe.each(databases)('a token of an issuer, on %s', (_, open) => {
  test('binds a batch, and says in its scope which streams the sender may write', async () => {
    const shop = await openShop(open)
    const claims = { iss: ISSUER, sub: 'warehouse-7', stream: 'prices', scope: 'sync:prices' }
    const { status } = await send(shop, FIRST, claims, { by: shop.issuer })
    expect(status).toBe(200)
    const key = { stream: 'prices', issuer: ISSUER, subject: 'warehouse-7' }
    expect(await shop.state.cursor(key)).toMatchObject({ sequence: 2 })
    await shop.close()
  })
})
