import { ask, inShort } from './ask.js'
import { PEOPLE } from './people.js'
import { SERVICES, type ServiceName } from './service-context.js'
import { refresh, signIn, signOut, tryToSignIn, type Session } from './sessions.js'
import type { Chapter } from './story.js'
import type { System } from './system.js'

/** At each, something that needs a token. */
const AT: Readonly<Record<ServiceName, readonly [method: string, path: string]>> = {
  gateway: ['GET', '/orders'],
  catalog: ['PUT', '/catalog/items/tea/stock'],
  orders: ['GET', '/orders'],
  billing: ['GET', '/billing/payments'],
}

const REVOKED = SERVICES.map((service) => `${service} 401 token_revoked`)

export const signingOut: Chapter = async (system, { step }) => {
  const { addresses } = system
  const desk = await signIn(system, 'clara')
  const phone = await signIn(system, 'clara')
  await step(
    'Clara has signed in at her desk and on her phone. She signs out at her desk, and it is known to',
    [...SERVICES],
    async () => (await signOut(system, desk)).body.told,
  )
  await step('The token of the desk, at once', REVOKED, () => everywhere(system, desk))
  await step('Its refresh token', '400 invalid_grant', async () => inShort(await refresh(system, desk)))
  await step('The phone goes on', '200', async () =>
    inShort(await ask(`${addresses.gateway}/orders`, { token: phone.accessToken })),
  )

  const dave = await signIn(system, 'dave')
  const suspendDave = async ({ accessToken: token }: Session) =>
    ask(`${addresses.identity}/people/dave/suspension`, { method: 'POST', token })
  await step('Clara suspends Dave, which is not hers to do', '403 permission_insufficient', async () =>
    inShort(await suspendDave(phone)),
  )
  const max = await signIn(system, 'max')
  await step(
    'Max, the manager, suspends Dave, and it is known to',
    [...SERVICES],
    async () => (await suspendDave(max)).body.told,
  )
  await step('The token of Dave, at once', REVOKED, () => everywhere(system, dave))
  await step('His refresh token', '400 invalid_grant', async () => inShort(await refresh(system, dave)))
  await step('His password is right, and lets him in no more', '401 name_or_password_wrong', async () =>
    inShort(await tryToSignIn(system, 'dave', PEOPLE.dave.password)),
  )
}

/** What each service answers, in every process that it has. */
async function everywhere(system: System, { accessToken: token }: Session): Promise<readonly string[]> {
  await system.settled()
  return Promise.all(
    SERVICES.map(async (service) => {
      const [method, path] = AT[service]
      const answers = new Set<string>()
      for (let turn = 0; turn < system.processes; turn++) {
        answers.add(inShort(await ask(system.addresses[service] + path, { method, token })))
      }
      return `${service} ${[...answers].join(' and ')}`
    }),
  )
}
