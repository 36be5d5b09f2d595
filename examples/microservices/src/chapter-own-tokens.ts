import { createKeyRing, createSigner, type AccessTokenRequest, type Signer } from '@portcullis/issuer'
import { ask, inShort } from './ask.js'
import { PEOPLE } from './people.js'
import { PAYMENTS_CREATE, SESSIONS_END, STOCK_RESERVE } from './scopes.js'
import { signIn } from './sessions.js'
import type { Chapter } from './story.js'

/** What orders says of itself in the tokens that it signs. */
export const ITSELF = { subject: 'orders', clientId: 'orders' }

export const ownTokens: Chapter = async (system, { step }) => {
  const { addresses, clock, signers } = system
  const { gateway, catalog, orders, billing, identity } = addresses
  const carol = await signIn(system, 'carol')
  const max = await signIn(system, 'max')
  const place = (quantity: number) =>
    ask(`${gateway}/orders`, { method: 'POST', token: carol.accessToken, json: { item: 'tea', quantity } })
  const amounts = async () => {
    const { body } = await ask(`${gateway}/billing/payments`, { token: max.accessToken })
    return (body.payments as { amount: number }[]).map(({ amount }) => amount)
  }

  await step('Carol orders two packets of tea, through the gateway', 201, async () => (await place(2)).status)
  await step('Orders has had catalog take them from the shelf; there are left', 8, async () => {
    const { body } = await ask(`${gateway}/catalog/items`)
    return (body.items as { id: string; quantity: number }[]).find(({ id }) => id === 'tea')?.quantity
  })
  await step('And it has had billing charge her, in cents', [900], amounts)
  await step('She orders more than there is', 409, async () => (await place(50)).status)
  await step('And is not charged for it; all that was charged', [900], amounts)
  await step('Keys that identity and orders have in common', 0, async () => {
    const [ofIdentity, ofOrders] = await Promise.all([keyIds(`${identity}/jwks`), keyIds(`${orders}/jwks`)])
    return ofIdentity.length > 0 && ofOrders.length > 0
      ? ofOrders.filter((id) => ofIdentity.includes(id)).length
      : 'a key set is empty'
  })

  /** Whoever has the key of orders tries to get further with it. */
  const attempt = async (
    url: string,
    request: Partial<AccessTokenRequest>,
    signer: Signer = signers.orders,
  ) => {
    const { token } = await signer.sign({
      ...ITSELF,
      audience: 'billing',
      scope: [PAYMENTS_CREATE],
      ...request,
    })
    return inShort(await ask(url, { method: 'POST', token, json: {} }))
  }
  await step('Orders shows a token for catalog to billing', '401 audience_mismatch', () =>
    attempt(`${billing}/billing/payments`, { audience: 'catalog', scope: [STOCK_RESERVE] }),
  )
  await step('Orders signs a token that speaks for Max', '401 claim_invalid', () =>
    attempt(`${billing}/billing/payments/o-1/refund`, { subject: PEOPLE.max.id }),
  )
  await step('Orders calls itself a manager', '403 permission_insufficient', () =>
    attempt(`${billing}/billing/payments/o-1/refund`, {
      roles: ['manager'],
      permissions: ['payments:refund'],
    }),
  )
  await step('Orders gives itself a scope that is not its own', '401 claim_invalid', () =>
    attempt(`${billing}/session-ends`, { scope: [SESSIONS_END] }),
  )
  await step('Somebody signs in the name of orders with another key', '401 token_invalid', () => {
    const stranger = createSigner({
      issuer: orders,
      keyRing: createKeyRing({ clock }),
      clock,
    })
    return attempt(`${billing}/billing/payments`, {}, stranger)
  })
  await step('Orders knocks at the gateway, which believes identity only', '401 token_invalid', () =>
    attempt(`${gateway}/billing/payments`, { audience: 'gateway' }),
  )
  await step('And at catalog with what it may: a packet on the shelf less', 201, async () => {
    const { token } = await signers.orders.sign({ ...ITSELF, audience: 'catalog', scope: [STOCK_RESERVE] })
    const json = { order: 'by-hand', quantity: 1 }
    const url = `${catalog}/catalog/items/tea/reservations`
    return (await ask(url, { method: 'POST', token, json })).status
  })
}

async function keyIds(url: string): Promise<readonly unknown[]> {
  const { body } = await ask(url)
  return (body.keys as { kid?: string }[]).map(({ kid }) => kid)
}
