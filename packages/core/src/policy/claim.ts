import { Auth } from '../claims/verified-token.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { claimPath, functionOf } from '../options/readers.js'
import { ALLOWED, refusedWith, UNDECIDED, type Policy } from './policy.js'

/**
 * The claim at a path of member names must satisfy a predicate, which is given `undefined` where there is none.
 * Only `true` allows and only `false` denies; a predicate that throws, or answers anything else, such as a promise,
 * refuses, under `not` as well.
 */
export function claim(path: readonly string[], predicate: (value: unknown) => boolean): Policy {
  const names = claimPath(path, 'claim()')
  const holds = functionOf<(value: unknown) => unknown>('is given the value and answers true or false')(
    predicate,
    'claim()',
  )
  if (holds.constructor.name === 'AsyncFunction') {
    throw new ConfigurationError('claim()', 'expects a predicate that answers at once, not a promise')
  }
  const refused = refusedWith('policy_refused')
  return Object.freeze({
    check(auth: Auth<unknown>) {
      try {
        const answer = holds(Auth.claimAt(auth, names))
        if (answer === true) return ALLOWED
        return answer === false ? refused : UNDECIDED
      } catch {
        // The error could quote the claim.
        return UNDECIDED
      }
    },
    describe: () => `claim ${names.join(' / ')}`,
  })
}
