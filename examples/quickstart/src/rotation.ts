import type { Chapter } from './chapter.js'
import { createSigningKey } from './signing-keys.js'
import { allAnswered, each, newTokens, requestOrders, startTraffic, summary } from './traffic.js'

const A_MINUTE = 60
/** For so long a key is trusted that the issuer publishes no longer; the default of `ageLimit`. */
const AGE_LIMIT = 600

/** The authorization server changes its signing key in the middle of traffic. */
export const rotation: Chapter = async (system) => {
  const { algorithm, authorizationServer, keys, services } = system
  const next = { ...createSigningKey(algorithm), kid: `${algorithm}-2` }
  const oldTokens = await newTokens(system, 3)
  const traffic = startTraffic(services, oldTokens)

  await traffic.answered(20)
  system.ageKeys(A_MINUTE)
  authorizationServer.useKeys([next, ...keys])
  const tokens = await newTokens(system, 3)
  await traffic.carry([...tokens, ...oldTokens])
  await traffic.answered(20)

  // An old token may be under way until here: a key is retired when the last token that it signed has expired.
  await traffic.carry(tokens)
  authorizationServer.useKeys([next, ...keys.filter(({ alg }) => alg !== algorithm)])
  system.ageKeys(AGE_LIMIT)
  await traffic.answered(20)

  const answers = await traffic.stop()
  const afterwards = await Promise.all(
    services.map(async ({ url }) => (await requestOrders(url, oldTokens[0] ?? '')).status),
  )
  const asExpected = allAnswered(200, answers) && afterwards.every((status) => status === 401)
  return {
    lines: [
      `${asExpected ? '✓' : '✗'} rotation: a new key signs as soon as it is published, and the old one is retired: ${summary(answers)}; the old key then gets ${each(afterwards)}.`,
    ],
    asExpected,
  }
}
