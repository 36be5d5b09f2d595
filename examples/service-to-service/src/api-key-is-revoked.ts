import { askForToken } from './ask-for-token.js'
import { ask } from './ask.js'
import type { Chapter } from './chapter.js'
import { allAnswered, startTraffic } from './traffic.js'
import { signIn } from './users.js'

/** The default of the issuer's `lifetime`. */
const TOKEN_LIFETIME = 300

/** An API key is replaced without a refused request, and another one is revoked before it is replaced. */
export const apiKeyIsRevoked: Chapter = async (system, narrator) => {
  narrator.chapter('An API key is replaced while requests go on, and then one is revoked that was not')
  const { issuer, orders, clock, journal } = system
  const availability = async () => ask('GET', `${orders.url}/availability/tea`, await signIn(issuer, 'bob'))
  const order = async () => ask('POST', `${orders.url}/orders/tea`, await signIn(issuer, 'ada'))
  const revoke = async (id: string) => ((await issuer.apiKeys.revoke(id)) ? 'revoked' : 'unknown')

  const old = system.apiKey()
  const traffic = startTraffic(orders.url, [await signIn(issuer, 'ada')])
  await traffic.answered(4)
  await narrator.step('orders', 'is given a second API key, and uses it', 'two keys are good', async () => {
    system.useApiKey(await system.newApiKey())
    await traffic.answered(4)
    const both = [old, system.apiKey()].map(({ key }) => issuer.apiKeys.check(key))
    return (await Promise.all(both)).includes(undefined) ? 'one is refused' : 'two keys are good'
  })
  await narrator.step('issuer', 'the first API key', 'revoked', () => revoke(old.id))
  await traffic.answered(4)
  const answers = await traffic.stop()
  await narrator.step('ada → orders', 'GET and POST meanwhile', 'every answer 200 or 201', () =>
    Promise.resolve(allAnswered(answers)),
  )
  await narrator.step(
    'mallory → issuer',
    'a token by the first API key',
    '401 invalid_client',
    async () => (await askForToken(issuer.issuer, { client_id: 'orders' }, { 'x-api-key': old.key })).answer,
  )

  await narrator.step('issuer', 'the second API key', 'revoked', () => revoke(system.apiKey().id))
  await narrator.step(
    'bob → orders',
    'GET /availability/tea: the token that it has lives on',
    '200',
    availability,
  )
  await narrator.step('ada → orders', 'POST /orders/tea: there is no new one', '500 token_refused', order)
  clock.pass(TOKEN_LIFETIME)
  journal.read()
  await narrator.step('bob → orders', 'GET /availability/tea, 300 s later', '500 token_refused', availability)
  narrator.calls(journal.read(), [])
  system.useApiKey(await system.newApiKey())
  await narrator.step('bob → orders', 'GET /availability/tea, with a third API key', '200', availability)
  await narrator.step('ada → orders', 'POST /orders/tea', '201', order)
}
