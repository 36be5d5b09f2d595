import { ask, type Answer } from './ask.js'
import { SHOP } from './identity-service.js'
import { PEOPLE, type PersonName } from './people.js'
import type { System } from './system.js'

/** What a person has in hand. */
export interface Session {
  readonly accessToken: string
  readonly refreshToken: string
}

export const tryToSignIn = ({ addresses }: System, name: string, password: string): Promise<Answer> =>
  ask(`${addresses.identity}/sign-in`, { method: 'POST', json: { name, password } })

export async function signIn(system: System, name: PersonName): Promise<Session> {
  const { status, body } = await tryToSignIn(system, name, PEOPLE[name].password)
  const { accessToken, refreshToken } = body
  if (typeof accessToken === 'string' && typeof refreshToken === 'string')
    return { accessToken, refreshToken }
  throw new Error(`${name} could not sign in: ${status}`)
}

/** The grant `refresh_token` at the token endpoint (RFC 6749 section 6), as any OAuth client asks for it. */
export async function refresh({ addresses }: System, session: Session): Promise<Answer & Partial<Session>> {
  const form = { grant_type: 'refresh_token', client_id: SHOP, refresh_token: session.refreshToken }
  const answer = await ask(`${addresses.identity}/token`, { method: 'POST', form })
  const { access_token: accessToken, refresh_token: refreshToken } = answer.body
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string') return answer
  return { ...answer, accessToken, refreshToken }
}

export const signOut = ({ addresses }: System, { refreshToken }: Session): Promise<Answer> =>
  ask(`${addresses.identity}/sign-out`, { method: 'POST', json: { refreshToken } })
