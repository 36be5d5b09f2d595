import { ask } from './ask.js'
import type { Chapter } from './chapter.js'
import { allAnswered, startTraffic } from './traffic.js'
import { signIn } from './users.js'

/** So long the next key is published before it may sign; the default of `publishDelay`. */
const PUBLISHED_BEFORE = 900
/** So long a token of the old key may live, with the clocks' difference; the defaults of the key ring. */
const LAST_TOKEN_IS_DEAD = 3660

/** The issuer changes its signing key in the middle of traffic. */
export const keyRotates: Chapter = async ({ issuer, orders, clock, journal }, narrator) => {
  narrator.chapter('The issuer changes its signing key while requests go on')
  clock.pass(PUBLISHED_BEFORE)
  const before = await signIn(issuer, 'ada')
  const traffic = startTraffic(orders.url, [before])
  await traffic.answered(10)

  await narrator.step(
    'issuer',
    'rotates: the next key is published already, and signs now',
    'a new key',
    async () => {
      await issuer.keyRing.rotate()
      return keyIdOf(await signIn(issuer, 'ada')) === keyIdOf(before) ? 'the old key' : 'a new key'
    },
  )
  const after = await signIn(issuer, 'ada')
  traffic.carry([before, after])
  await traffic.answered(10)
  const answers = await traffic.stop()
  await narrator.step(
    'ada → orders',
    'GET and POST meanwhile, with tokens of both keys',
    'every answer 200 or 201',
    () => Promise.resolve(allAnswered(answers)),
  )
  journal.read()

  await narrator.step('issuer', 'the old key, while tokens of it may live', 'published', () => isPublished())
  clock.pass(LAST_TOKEN_IS_DEAD)
  await narrator.step('issuer', 'the old key, an hour and a minute later', 'gone', () => isPublished())
  await narrator.step('ada → orders', 'POST /orders/tea with a new token', '201', async () =>
    ask('POST', `${orders.url}/orders/tea`, await signIn(issuer, 'ada')),
  )
  journal.read()

  async function isPublished(): Promise<string> {
    const response = await fetch(`${issuer.issuer}/jwks`, { signal: AbortSignal.timeout(10_000) })
    const { keys } = (await response.json()) as { readonly keys: readonly { readonly kid: string }[] }
    return keys.some(({ kid }) => kid === keyIdOf(before)) ? 'published' : 'gone'
  }
}

function keyIdOf(token: string): string | undefined {
  const [header = ''] = token.split('.', 1)
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { readonly kid?: string }).kid
}
