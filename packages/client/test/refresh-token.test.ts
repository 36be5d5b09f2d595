import { decodeJwt } from 'jose'
import { publicClient, type RefreshTokenStorage } from '@portcullis/client'
import { setUp, type Bench } from './support/bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await setUp()
})
afterEach(() => bench.close())

function storageOf(first: string | undefined) {
  const saved: string[] = []
  const storage: RefreshTokenStorage = {
    load: () => saved.at(-1) ?? first,
    save: (token) => Promise.resolve(saved.push(token)),
  }
  return Object.assign(storage, { saved })
}
const signIn = async () => {
  const { refreshToken } = await bench.issuer.signIn({ subject: 'alice', clientId: 'app' })
  return storageOf(refreshToken)
}
const sourceWith = (refreshToken: RefreshTokenStorage) =>
  bench.source({ clientId: 'app', credential: publicClient(), audience: 'orders-api', refreshToken })

test('tokens come by the refresh token, and the one that replaces it is saved', async () => {
  const storage = await signIn()
  const source = sourceWith(storage)
  const tokens = await Promise.all(Array.from({ length: 100 }, () => source.getToken()))
  expect(new Set(tokens).size).toBe(1)
  expect(decodeJwt(tokens[0]!.token)).toMatchObject({ sub: 'alice', aud: 'orders-api' })
  expect(storage.saved).toHaveLength(1)
  bench.clock.advance(300)
  await source.getToken()
  expect(new Set(storage.saved).size).toBe(2)
})

test('tokens for several services use the refresh token one after another', async () => {
  const storage = await signIn()
  const source = sourceWith(storage)
  const targets = [source, source.for({ audience: 'inventory-api' }), source.for({ scope: 'orders:read' })]
  const tokens = await Promise.all(targets.map((each) => each.getToken()))
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(3)
  expect(new Set(storage.saved).size).toBe(3)
  bench.clock.advance(300)
  await source.getToken()
})

test('no access token is given out before the refresh token that came with it is saved', async () => {
  const storage = await signIn()
  let finish: () => void = () => undefined
  const saving = new Promise<void>((resolve) => {
    finish = resolve
  })
  let isGiven = false
  const source = sourceWith({
    load: () => storage.load(),
    save: (token) => saving.then(() => storage.save(token)),
  })
  const token = source.getToken().then(() => {
    isGiven = true
  })
  while (bench.tokenRequests() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(isGiven).toBe(false)
  finish()
  await token
  expect(storage.saved).toHaveLength(1)
})

test('a refresh token that could not be saved is saved later, and the used one is not sent again', async () => {
  const storage = await signIn()
  let isFull = true
  const source = sourceWith({
    load: () => storage.load(),
    save(token) {
      if (isFull) throw new Error(`no room for ${token}`)
      return storage.save(token)
    },
  })
  const error = await source.getToken().catch((caught: unknown) => caught as Error)
  expect(error).toMatchObject({ code: 'refresh_token_not_saved', status: 503 })
  expect((error as Error).message).not.toContain('room')
  await expect(source.getToken()).rejects.toMatchObject({ code: 'refresh_token_not_saved' })
  expect(bench.tokenRequests()).toBe(1)
  isFull = false
  // Beyond the grace of the issuer: the used token would now end the session.
  bench.clock.advance(60)
  expect(decodeJwt((await source.getToken()).token).sub).toBe('alice')
  expect(storage.saved).toHaveLength(2)
})

test('a process that crashed after the answer, and before it was saved, finds its session alive', async () => {
  const storage = await signIn()
  const crashed = sourceWith({ load: () => storage.load(), save: () => Promise.reject(new Error('crash')) })
  await expect(crashed.getToken()).rejects.toMatchObject({ code: 'refresh_token_not_saved' })
  expect(decodeJwt((await sourceWith(storage).getToken()).token).sub).toBe('alice')
})

test('a refresh token that was refused is not sent again, and a new one is at once', async () => {
  let current: string | undefined = 'rt_of_nobody'
  const source = sourceWith({ load: () => current, save: () => undefined })
  const refused = { code: 'token_refused', oauthError: 'invalid_grant' }
  for (let at = 0; at < 5; at++) await expect(source.getToken()).rejects.toMatchObject(refused)
  expect(bench.tokenRequests()).toBe(1)
  current = (await bench.issuer.signIn({ subject: 'bob', clientId: 'app' })).refreshToken
  expect(decodeJwt((await source.getToken()).token).sub).toBe('bob')
})

test.each([
  ['nothing', () => undefined],
  ['no text', () => 7 as never],
  ['a line end', () => 'a\nb'],
  ['an outage', () => Promise.reject(new Error('token rt_1'))],
])('a storage with %s gives no token, and nothing is sent', async (_, load) => {
  const source = sourceWith({ load, save: () => undefined })
  await expect(source.getToken()).rejects.toMatchObject({
    code: 'refresh_token_unavailable',
  })
  expect(bench.tokenRequests()).toBe(0)
})

test.each([
  ['gives', { load: () => new Promise<never>(() => undefined) }, 'refresh_token_unavailable'],
  ['takes', { save: () => new Promise<never>(() => undefined) }, 'refresh_token_not_saved'],
])(
  'a storage that never %s a token holds nobody up for longer than the timeout',
  async (_, hanging, code) => {
    const refreshToken = { ...(await signIn()), ...hanging }
    const client = { clientId: 'app', credential: publicClient(), audience: 'orders-api' }
    const source = bench.source({ ...client, refreshToken, timeout: 0.1 })
    await expect(source.getToken()).rejects.toMatchObject({ code })
    await expect(source.getToken()).rejects.toMatchObject({ code })
  },
)
