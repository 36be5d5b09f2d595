import type { Chapter } from './chapter.js'
import { allAnswered, each, newTokens, requestOrders, startTraffic, summary } from './traffic.js'

const AN_HOUR = 3600
/** For so long the last good keys serve while the issuer fails; the default of `staleLimit`, in hours. */
const HOURS = 24
/** The longest wait between two attempts; the default of `backoffLimit`. */
const LONGEST_WAIT = 60

/** The authorization server is down for longer than a day, in the middle of traffic. */
export const outage: Chapter = async (system) => {
  const { authorizationServer, services } = system
  const tokens = await newTokens(system, 20)
  const traffic = startTraffic(services, tokens.slice(0, 3))
  await traffic.answered(10)

  authorizationServer.setReachable(false)
  await traffic.carry(tokens)
  for (let hour = 1; hour < HOURS; hour++) {
    system.ageKeys(AN_HOUR)
    await traffic.answered(2)
  }
  const answers = await traffic.stop()

  system.ageKeys(AN_HOUR)
  const afterADay = await ask()
  authorizationServer.setReachable(true)
  system.ageKeys(LONGEST_WAIT)
  const afterwards = await ask()

  const isAsPromised = afterADay.every((answer) => answer === '503 with Retry-After')
  const isBack = afterwards.every((answer) => answer === '200')
  const asExpected = allAnswered(200, answers) && isAsPromised && isBack
  return {
    lines: [
      `${asExpected ? '✓' : '✗'} outage: the authorization server is down for a day: ${summary(answers)}; then ${each(afterADay)}, and ${each(afterwards)} once it is back.`,
    ],
    asExpected,
  }

  /** What each service answers now. */
  function ask(): Promise<readonly string[]> {
    return Promise.all(
      services.map(async ({ url }) => {
        const { status, headers } = await requestOrders(url, tokens[0] ?? '')
        return headers.has('Retry-After') ? `${status} with Retry-After` : String(status)
      }),
    )
  }
}
