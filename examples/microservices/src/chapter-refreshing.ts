import { ask, inShort } from './ask.js'
import { refresh, signIn, type Session } from './sessions.js'
import type { Chapter } from './story.js'
import type { System } from './system.js'

const SIX_MINUTES = 360
const A_MINUTE = 60

export const refreshing: Chapter = async (system, { step }) => {
  const first = await signIn(system, 'carol')
  await step('Carol signs in, and reads her order', '200', () => readOrder(system, first))
  await system.pass(SIX_MINUTES)
  await step('Six minutes later her token is too old', '401 token_expired', () => readOrder(system, first))
  let second: Session = first
  await step('She refreshes, and reads on', '200', async () => {
    second = await refreshed(system, first)
    return readOrder(system, second)
  })
  let third: Session = second
  await step('Ten of her tabs refresh at once; different refresh tokens that they get', 1, async () => {
    const sessions = await Promise.all(Array.from({ length: 10 }, () => refreshed(system, second)))
    third = sessions[0] ?? second
    return new Set(sessions.map(({ refreshToken }) => refreshToken)).size
  })
  await step('And reads on', '200', () => readOrder(system, third))
  await system.pass(A_MINUTE)
  await step(
    'A minute later a thief tries the refresh token that he has copied',
    '400 invalid_grant',
    async () => inShort(await refresh(system, second)),
  )
  await step('Two have had it, so that nobody goes on with what came of it', '400 invalid_grant', async () =>
    inShort(await refresh(system, third)),
  )
}

const readOrder = async ({ addresses }: System, { accessToken }: Session): Promise<string> =>
  inShort(await ask(`${addresses.gateway}/orders/o-1`, { token: accessToken }))

async function refreshed(system: System, session: Session): Promise<Session> {
  const { status, accessToken, refreshToken } = await refresh(system, session)
  if (accessToken !== undefined && refreshToken !== undefined) return { accessToken, refreshToken }
  throw new Error(`the refresh was answered with ${status}`)
}
