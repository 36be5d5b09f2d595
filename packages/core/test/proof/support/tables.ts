import type { Authenticator } from '../../../src/authenticator.js'
import type { RefusalCode } from '../../../src/outcome/codes.js'
import { outcomeOf, type Sent } from './requests.js'

/** What a row is about, and the request; made when the test runs, where it is not the same each time. */
export type Requests = Readonly<Record<string, Sent | (() => Sent)>>

type Outcome = RefusalCode | 'accepted' | 'anonymous'

/** A table of requests that all end the same way. */
export function outcomes(
  title: string,
  expected: Outcome,
  serve: () => Authenticator,
  requests: Requests,
): void {
  describe(title, () => {
    const served = serve()
    it.each(Object.entries(requests))(`${expected}: %s`, async (_, sent) => {
      expect(await outcomeOf(served, typeof sent === 'function' ? sent() : sent)).toBe(expected)
    })
  })
}
