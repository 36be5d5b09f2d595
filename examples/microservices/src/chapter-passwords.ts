import { createVerifier } from '@portcullis/core'
import { inShort } from './ask.js'
import { hashPassword } from './passwords.js'
import { PEOPLE } from './people.js'
import { tryToSignIn } from './sessions.js'
import type { Chapter } from './story.js'

export const passwords: Chapter = async (system, { step }) => {
  const { password } = PEOPLE.carol
  await step('What is kept of a password', '$argon2id$v=19$m=19456,p=1,t=2$salt$hash', async () =>
    (await hashPassword(password)).replace(/[^$]{22}\$[^$]{43}$/, 'salt$hash'),
  )
  const wrong = '401 name_or_password_wrong'
  await step('Carol signs in with a wrong password', wrong, async () =>
    inShort(await tryToSignIn(system, 'carol', 'guess')),
  )
  await step('Nobody is called mallory, and nobody can tell', wrong, async () =>
    inShort(await tryToSignIn(system, 'mallory', 'guess')),
  )
  await step('Somebody goes on to guess', [401, 401, 401, 401, 429], async () => {
    const answers: number[] = []
    for (let guess = 1; guess <= 5; guess++) {
      answers.push((await tryToSignIn(system, 'mallory', `guess ${guess}`)).status)
    }
    return answers
  })
  await step('Carol signs in, and her token says', ['p-101', 'customer', 'orders:place'], async () => {
    const { body } = await tryToSignIn(system, 'carol', password)
    const verify = createVerifier({
      issuer: system.addresses.identity,
      audience: 'gateway',
      profile: 'at+jwt',
      clock: system.clock,
    })
    const { subject, roles, permissions } = await verify(String(body.accessToken))
    return [subject, ...roles, ...permissions]
  })
}
