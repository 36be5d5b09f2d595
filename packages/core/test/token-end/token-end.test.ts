import {
  ConfigurationError,
  createVerifier,
  memoryRevocationStore,
  secret,
  whenTokenEnds,
  type RevocationStore,
  type TokenEnd,
  type TokenEndOptions,
  type Auth,
} from '@portcullis/core'
import { createTestClock } from '@portcullis/testing'
import jsonwebtoken from 'jsonwebtoken'
import { randomBytes } from 'node:crypto'

const ISSUER = 'https://id.example.com'
const NOW = 1_800_000_000
const LIFETIME = 60
const key = randomBytes(32)

const token = jsonwebtoken.sign(
  { iss: ISSUER, aud: 'orders-api', sub: 'alice', jti: 'one', iat: NOW, exp: NOW + LIFETIME },
  key,
)

// The timers are those of Jest, and the clock of the verifier goes with them: nothing waits, and nothing is by chance.
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
})
afterEach(() => {
  jest.useRealTimers()
})

async function openConnection(options: TokenEndOptions = {}, rules: object = {}) {
  const clock = createTestClock(NOW)
  const verify = createVerifier({
    issuer: ISSUER,
    audience: 'orders-api',
    keys: secret(key, 'HS256'),
    clock,
    ...rules,
  })
  const auth = await verify(token)
  const ends: TokenEnd[] = []
  const stop = whenTokenEnds(auth, (reason) => ends.push(reason), options)
  /** Lets time pass, for clocks and timers alike. */
  const pass = async (seconds: number) => {
    clock.advance(seconds)
    await jest.advanceTimersByTimeAsync(seconds * 1000)
  }
  const isRefused = () =>
    verify(token).then(
      () => false,
      () => true,
    )
  return { auth, clock, ends, stop, pass, isRefused }
}

/** Answers what it is told to. */
function storeOf(answer: (token: Auth<unknown>) => boolean | Promise<boolean>) {
  const store: RevocationStore & { asked: number } = {
    asked: 0,
    isRevoked(token) {
      store.asked++
      return answer(token)
    },
  }
  return store
}

describe('a connection ends', () => {
  test.each<[string, object, number]>([
    ['5 seconds after exp, as new requests do', {}, LIFETIME + 5],
    ['at exp, where clocks must not differ', { clockTolerance: 0 }, LIFETIME],
    ['at the age that the configuration allows', { maxTokenAge: 20 }, 25],
  ])('%s', async (_, rules, end) => {
    const { ends, pass, isRefused } = await openConnection({}, rules)
    await pass(end - 0.5)
    expect([ends, await isRefused()]).toEqual([[], false])
    await pass(0.6)
    expect([ends, await isRefused()]).toEqual([['expired'], true])
  })

  test('on time, however seldom it is looked at', async () => {
    const { ends, pass } = await openConnection({ checkEvery: 3600 })
    await pass(LIFETIME + 5)
    expect(ends).toEqual(['expired'])
  })

  test('within one look when the clock is set ahead', async () => {
    const { ends, clock, pass } = await openConnection({ checkEvery: 10 })
    await pass(1)
    clock.advance(3600)
    await pass(9.1)
    expect(ends).toEqual(['expired'])
  })

  test('when the clock answers no number', async () => {
    let now: number = NOW
    const { ends, pass } = await openConnection({}, { clock: () => now })
    now = Number.NaN
    await pass(5)
    expect(ends).toEqual(['expired'])
  })

  test('at once, and yet not before there is something to end, when the token is dead already', async () => {
    const { auth, clock } = await openConnection()
    clock.advance(3600)
    const ends: TokenEnd[] = []
    whenTokenEnds(auth, (reason) => ends.push(reason))
    expect(ends).toEqual([])
    await jest.advanceTimersByTimeAsync(10)
    expect(ends).toEqual(['expired'])
  })

  test('within one look after the token was revoked', async () => {
    const revocation = memoryRevocationStore({ clock: () => NOW })
    const { ends, pass } = await openConnection({ revocation, checkEvery: 2 })
    await pass(10)
    expect(ends).toEqual([])
    revocation.revoke({ issuer: ISSUER, tokenId: 'one', until: NOW + 3600 })
    await pass(2.1)
    expect(ends).toEqual(['revoked'])
  })

  test('at once when the token was revoked while the connection opened', async () => {
    const { ends, pass } = await openConnection({ revocation: storeOf(() => Promise.resolve(true)) })
    await pass(0.1)
    expect(ends).toEqual(['revoked'])
  })
})

describe('a store that cannot say', () => {
  const failures: [string, () => boolean | Promise<boolean>][] = [
    [
      'throws',
      () => {
        throw new Error('away')
      },
    ],
    ['rejects', () => Promise.reject(new Error('away'))],
  ]

  test.each(failures)('and %s ends the connection', async (_, answer) => {
    const { ends, pass } = await openConnection({ revocation: storeOf(answer) })
    await pass(0.1)
    expect(ends).toEqual(['unknown'])
  })

  test.each(failures)('and %s does not where the user says so, and is asked again', async (_, answer) => {
    const store = storeOf(answer)
    const { ends, pass } = await openConnection({ revocation: { store, onUnavailable: 'allow' } })
    await pass(12)
    expect(ends).toEqual([])
    expect(store.asked).toBe(3)
  })

  test('and hangs ends the connection after 5 seconds, and is not asked a second time meanwhile', async () => {
    const store = storeOf(() => new Promise(() => undefined))
    const { ends, pass } = await openConnection({ revocation: store, checkEvery: 1 })
    await pass(4)
    expect(ends).toEqual([])
    await pass(2)
    expect(ends).toEqual(['unknown'])
    expect(store.asked).toBe(1)
  })

  test('and hangs does not hide that the token has expired', async () => {
    const store = storeOf(() => new Promise(() => undefined))
    const { ends, pass } = await openConnection({ revocation: { store, onUnavailable: 'allow' } })
    await pass(LIFETIME + 4)
    expect(ends).toEqual([])
    await pass(1)
    expect(ends).toEqual(['expired'])
  })
})

describe('the function is called once', () => {
  test('whatever happens afterwards', async () => {
    const { ends, pass } = await openConnection({ revocation: storeOf(() => true), checkEvery: 1 })
    await pass(1)
    await pass(3600)
    expect(ends).toEqual(['revoked'])
    expect(jest.getTimerCount()).toBe(0)
  })

  test('or never, when the connection was closed before', async () => {
    const store = storeOf(() => false)
    const { ends, stop, pass } = await openConnection({ revocation: store })
    await pass(1)
    stop()
    stop()
    await pass(3600)
    expect(ends).toEqual([])
    expect(store.asked).toBe(1)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('or never, when the connection was closed while the store was thinking', async () => {
    let answer: (isRevoked: boolean) => void = () => undefined
    const store = storeOf(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const { ends, stop, pass } = await openConnection({ revocation: store })
    await pass(1)
    stop()
    answer(true)
    await pass(1)
    expect(ends).toEqual([])
  })
})

test.each<[string, (auth: Auth) => unknown, RegExp]>([
  ['nobody', () => whenTokenEnds(undefined as never, () => undefined), /expects what an authenticator/],
  [
    'what looks like a token',
    (auth) => whenTokenEnds(Object.create(auth) as never, () => undefined),
    /expects what an/,
  ],
  [
    'no function',
    (auth) => whenTokenEnds(auth, 'close' as never),
    /expects a function that is given the reason/,
  ],
  [
    'no patience',
    (auth) => whenTokenEnds(auth, () => undefined, { checkEvery: 0 }),
    /^checkEvery: expects a number/,
  ],
  ['no store', (auth) => whenTokenEnds(auth, () => undefined, { revocation: {} as never }), /store/],
  [
    'an unknown option',
    (auth) => whenTokenEnds(auth, () => undefined, { every: 1 } as never),
    /^every: is not an/,
  ],
])('%s is a mistake that is named at once', async (_, watch, message) => {
  const { auth, stop } = await openConnection()
  stop()
  expect(() => watch(auth)).toThrow(ConfigurationError)
  expect(() => watch(auth)).toThrow(message)
})
