import { ITSELF } from './chapter-own-tokens.js'
import type { PersonName } from './people.js'
import type { Caller } from './routes.js'
import { PAYMENTS_CREATE, STOCK_RESERVE } from './scopes.js'
import { signIn } from './sessions.js'
import type { Chapter } from './story.js'
import { whoMayDoWhat } from './who-may-do-what.js'

const PEOPLE_WHO_ASK = ['carol', 'dave', 'clara', 'max'] as const satisfies readonly PersonName[]

/** Carol and Dave are customers, Clara is a clerk, Max is a manager; orders has tokens of its own. */
export const access: Chapter = async (system, { table }) => {
  const tokens = new Map<Caller, string>()
  for (const name of PEOPLE_WHO_ASK) tokens.set(name, (await signIn(system, name)).accessToken)
  const report = await whoMayDoWhat(system, async (caller, service) => {
    if (caller !== 'orders') return tokens.get(caller)
    const scope = service === 'billing' ? [PAYMENTS_CREATE] : [STOCK_RESERVE]
    return (await system.signers.orders.sign({ ...ITSELF, audience: service, scope })).token
  })
  table(report)
}
