import { ConfigurationError, type Policy, type PolicyResult } from '@portcullis/core'

const ALLOWED: PolicyResult = Object.freeze({ allowed: true })
const REFUSED: PolicyResult = Object.freeze({ allowed: false, code: 'policy_refused' })

/**
 * A policy that lets one sender write a stream: one that signs with its own key, or the `subject` that an issuer names.
 *
 * @param issuer the `iss` of its envelopes, to the letter
 * @param subject the `sub`; default the issuer itself
 */
export function sentBy(issuer: string, subject: string = issuer): Policy {
  for (const name of [issuer, subject]) {
    if (typeof name !== 'string' || name === '') {
      throw new ConfigurationError('sentBy()', 'expects the name of a sender, as its envelopes have it')
    }
  }
  return Object.freeze({
    check: (auth: Parameters<Policy['check']>[0]) =>
      auth.issuer === issuer && auth.subject === subject ? ALLOWED : REFUSED,
    describe: () => `sent by ${subject}`,
  })
}
