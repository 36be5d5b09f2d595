import { isDeepStrictEqual } from 'node:util'
import { openEventStream, openWebSocket, Refused, type Connection, type Headers } from './client.js'
import { TOKEN_LIFETIME_SECONDS } from './issuer.js'
import { COOKIE, PAGES } from './live-server.js'
import { openScene, type Scene } from './scene.js'
import { becomesTrue, soon } from './soon.js'

/** What happened in one step, in words, and whether it is what should happen. */
export interface Step {
  readonly line: string
  readonly asExpected: boolean
}

type Open = (host: string, headers: Headers) => Promise<Connection>

/** Plays the story; each step is given to `tell` as it happens. */
export async function playStory(tell: (step: Step) => void): Promise<void> {
  const scene = await openScene()
  const { server, feed, issuer, revocation, clock } = scene

  /** Tells what happened, and what should have happened where that is something else. */
  const step = async (what: string, expected: unknown, happened: () => Promise<unknown>) => {
    const actual = await soon(happened()).catch(String)
    const asExpected = isDeepStrictEqual(actual, expected)
    const instead = asExpected ? '' : ` Expected ${JSON.stringify(expected)}.`
    tell({ line: `${what}: ${describe(actual)}.${instead}`, asExpected })
  }
  const bearer = async (name: string): Promise<Headers> => ({
    authorization: `Bearer ${await issuer.token(name)}`,
  })

  try {
    const alice = await bearer('alice')
    const bob = await bearer('bob')
    const fromPage = async (origin: string) => ({
      origin,
      cookie: `${COOKIE}=${await issuer.token('carol')}`,
    })
    const open = new Map<string, Connection>()
    const attempt = (name: string, how: Open, headers: Headers) => async () => {
      try {
        open.set(name, await how(server.host, headers))
        return 'opened'
      } catch (error) {
        if (error instanceof Refused) return error.message
        throw error
      }
    }
    const end = (name: string) => open.get(name)?.ended ?? Promise.resolve('was never open')

    await step('A WebSocket without a token', '401 credentials_missing', attempt('nobody', openWebSocket, {}))
    await step('Alice opens a WebSocket with her token', 'opened', attempt('Alice', openWebSocket, alice))
    await step('Bob opens an event stream with his', 'opened', attempt('Bob', openEventStream, bob))
    await step(
      'A page of another site opens a WebSocket, and the browser sends the cookie of Carol',
      '403 cross_site_request_refused',
      attempt('Mallory', openWebSocket, await fromPage('https://evil.example.com')),
    )
    await step(
      'A page of ours does the same',
      'opened',
      attempt('Carol', openWebSocket, await fromPage(PAGES)),
    )
    await step('A new price reaches', ['Alice', 'Bob', 'Carol'], () => publish(scene, open))

    const until = clock.now() + TOKEN_LIFETIME_SECONDS
    revocation.revoke({ issuer: issuer.issuer, sessionId: 'session of bob', until })
    await step('Bob is signed out, and his stream ends', 'revoked', () => end('Bob'))
    await step('He tries the same token again', '401 token_revoked', attempt('Bob', openEventStream, bob))
    open.delete('Bob')
    await step('The next price reaches', ['Alice', 'Carol'], () => publish(scene, open))

    clock.pass(TOKEN_LIFETIME_SECONDS + 60)
    await step('Eleven minutes later the WebSocket of Alice ends', '4401 expired', () => end('Alice'))
    await step('So does that of Carol', '4401 expired', () => end('Carol'))
    open.clear()
    await step('Alice tries the old token again', '401 token_expired', attempt('Alice', openWebSocket, alice))
    await step('She gets a new one', 'opened', attempt('Alice', openWebSocket, await bearer('alice')))
    await step('The next price reaches', ['Alice'], () => publish(scene, open))

    open.get('Alice')?.close()
    await end('Alice')
    await becomesTrue(() => feed.listeners() === 0)
    await step('She leaves. Still listening', 0, () => Promise.resolve(feed.listeners()))
  } finally {
    await server.stop()
  }
}

let price = 1

/** Publishes a price, and answers whom it has reached. */
async function publish({ feed }: Scene, open: ReadonlyMap<string, Connection>): Promise<readonly string[]> {
  const news = { item: 'wheat', price: price++ }
  const expected = Math.min(feed.listeners(), open.size)
  feed.publish(news)
  const reached = () =>
    [...open].filter(([, { prices }]) => prices.at(-1)?.price === news.price).map(([name]) => name)
  await becomesTrue(() => reached().length >= expected)
  return reached()
}

function describe(actual: unknown): string {
  return Array.isArray(actual) ? actual.join(', ') : String(actual)
}
