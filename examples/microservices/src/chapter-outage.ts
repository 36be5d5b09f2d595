import { ask, inShort } from './ask.js'
import { PEOPLE } from './people.js'
import { signIn, tryToSignIn } from './sessions.js'
import type { Chapter } from './story.js'

export const outage: Chapter = async (system, { step }) => {
  const { gateway } = system.addresses
  const { accessToken: token } = await signIn(system, 'carol')
  system.setReachable('identity', false)
  await step('Identity is away, and Carol cannot sign in again', 'no answer', () =>
    tryToSignIn(system, 'carol', 'any').then(inShort, () => 'no answer'),
  )
  await step('With the token that she has, she reads her order', '200', async () =>
    inShort(await ask(`${gateway}/orders/o-1`, { token })),
  )
  await step('And places another one, by tokens that orders signs itself', '201', async () =>
    inShort(await ask(`${gateway}/orders`, { method: 'POST', token, json: { item: 'coffee', quantity: 1 } })),
  )
  system.setReachable('identity', true)
  await step('Identity is back, and Carol signs in', '200', async () =>
    inShort(await tryToSignIn(system, 'carol', PEOPLE.carol.password)),
  )
}
