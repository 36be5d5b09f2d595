import { decodeJwt } from 'jose'
import { memoryRefreshTokenStore } from '@portcullis/issuer'
import { setUp } from './support/bench.ts'

const user = { subject: 'alice', clientId: 'web', roles: ['clerk'], sessionId: 'session-1' }

const signedIn = async (options: Parameters<typeof setUp>[0] = {}) => {
  const bench = setUp(options)
  const first = await bench.issuer.signIn(user)
  return { ...bench, first, token: first.refreshToken! }
}

test('the session stands in each token, and who refreshes is told whose it is and how long it lasts', async () => {
  const { issuer, clock, first, token } = await signedIn({ refreshLifetime: 1000, refreshIdle: 600 })
  expect(decodeJwt(first.accessToken)).toMatchObject({ sub: 'alice', sid: 'session-1' })
  expect(first).toMatchObject({ refreshExpiresIn: 1000, refreshIdleExpiresIn: 600 })
  clock.advance(500)
  const renewed = await issuer.refresh(token, 'web')
  if (renewed.kind !== 'renewed') throw new Error(renewed.kind)
  expect(decodeJwt(renewed.accessToken)).toMatchObject({ sub: 'alice', sid: 'session-1', roles: ['clerk'] })
  expect(renewed).toMatchObject({
    subject: 'alice',
    sessionId: 'session-1',
    expiresIn: 300,
    refreshExpiresIn: 500,
    refreshIdleExpiresIn: 500,
    signInId: first.signInId,
  })
  expect(Object.isFrozen(renewed)).toBe(true)
})

test('refreshes at once get one successor, with the end that was stored for it', async () => {
  const { issuer, clock, token } = await signedIn()
  const answers = await Promise.all(Array.from({ length: 20 }, () => issuer.refresh(token, 'web')))
  clock.advance(5)
  const late = await issuer.refresh(token, 'web')
  const successors = new Set(
    [...answers, late].map((answer) => 'refreshToken' in answer && answer.refreshToken),
  )
  expect(successors.size).toBe(1)
  expect(late).toMatchObject({ refreshIdleExpiresIn: 14 * 86_400 - 5 })
})

test('a token that was used before ends the sign-in, and says whose it was', async () => {
  const { issuer, clock, token, events } = await signedIn()
  await issuer.refresh(token, 'web')
  clock.advance(11)
  expect(await issuer.refresh(token, 'web')).toEqual({
    kind: 'reused',
    subject: 'alice',
    clientId: 'web',
    sessionId: 'session-1',
  })
  const whose = { clientId: 'web', subject: 'alice', sessionId: 'session-1' }
  expect(events).toEqual([
    { kind: 'signed_in', ...whose },
    { kind: 'token_issued', ...whose },
    { kind: 'refresh_token_reused', ...whose },
  ])
})

type Bench = Awaited<ReturnType<typeof signedIn>>
const notRefreshed: [what: string, given: (bench: Bench) => [token: string, client: string]][] = [
  ['what is no refresh token', () => ['nonsense', 'web']],
  ['an unknown one', ({ token }) => [token.replace(/^rt_.{22}/, `rt_${'A'.repeat(22)}`), 'web']],
  ['one of another client', ({ token }) => [token, 'other web']],
  ['one of an unknown client', ({ token }) => [token, 'nobody']],
]
test.each(notRefreshed)('%s is ended', async (_, given) => {
  const bench = await signedIn()
  expect(await bench.issuer.refresh(...given(bench))).toEqual({ kind: 'ended' })
  expect(await bench.issuer.refresh(bench.token, 'web')).toMatchObject({ kind: 'renewed' })
})

test('limits, an end and a user who is gone are an end, and use nothing up', async () => {
  let active = true
  const { issuer, clock, token, first } = await signedIn({ refreshIdle: 600, subjectIsActive: () => active })
  active = false
  expect(await issuer.refresh(token, 'web')).toEqual({ kind: 'ended' })
  active = true
  expect(await issuer.refresh(token, 'web')).toMatchObject({ kind: 'renewed' })
  await issuer.endSignIn(first.signInId!)
  expect(await issuer.refresh(token, 'web')).toEqual({ kind: 'ended' })
  const second = await issuer.signIn(user)
  clock.advance(600)
  expect(await issuer.refresh(second.refreshToken!, 'web')).toEqual({ kind: 'ended' })
})

test('a sign-in that is bound to a key is not refreshed without its proof', async () => {
  const { issuer } = setUp()
  const bound = await issuer.signIn({ ...user, keyThumbprint: 'a'.repeat(43) })
  expect(await issuer.refresh(bound.refreshToken!, 'web')).toEqual({ kind: 'ended' })
})

test('an outage of the store rejects, and uses nothing up', async () => {
  const store = memoryRefreshTokenStore()
  let down = false
  const { issuer, token } = await signedIn({
    clock: () => Date.now() / 1000,
    refreshTokens: {
      ...store,
      rotate: (step) => (down ? Promise.reject(new Error('down')) : store.rotate(step)),
    },
  })
  down = true
  await expect(issuer.refresh(token, 'web')).rejects.toThrow('down')
  down = false
  expect(await issuer.refresh(token, 'web')).toMatchObject({ kind: 'renewed' })
})

test('signing out answers whose sign-in it was', async () => {
  const { issuer, token } = await signedIn()
  expect(await issuer.signOut(token)).toEqual({ subject: 'alice', clientId: 'web', sessionId: 'session-1' })
  expect(await issuer.signOut('nonsense')).toBeUndefined()
  expect(await issuer.refresh(token, 'web')).toEqual({ kind: 'ended' })
})

test.each(['', 'with space', 'ü', 'a'.repeat(129)])('%j is no name of a session', async (sessionId) => {
  const { issuer } = setUp()
  await expect(issuer.signIn({ ...user, sessionId })).rejects.toMatchObject({
    code: 'claim_invalid',
    subject: 'sid',
  })
})

test('an application reads the tokens of its own issuer, and no others', async () => {
  const { issuer, first, clock } = await signedIn()
  expect(await issuer.readAccessToken(first.accessToken)).toMatchObject({ sub: 'alice', sid: 'session-1' })
  expect(await issuer.readAccessToken(`${first.accessToken.slice(0, -9)}AAAAAAAAA`)).toBeUndefined()
  clock.advance(301)
  expect(await issuer.readAccessToken(first.accessToken)).toBeUndefined()
})
