import { RateLimiterRes } from 'rate-limiter-flexible'
import { StateUnavailable, type State } from './state.js'

/** Holds those up who try passwords. */
export interface Guesses {
  /** Counts an attempt before its password is looked at, so that parallel ones count as well; 429 where it is one too many. */
  begin(name: string, address: string): Promise<void>
  /** Takes back what `begin` counted: the password was right. */
  wasRight(name: string, address: string): Promise<void>
}

export class TooManyGuesses extends Error {
  readonly status = 429
  readonly code = 'too_many_attempts'
  readonly expose = true
  constructor(readonly headers: Readonly<Record<string, string>>) {
    super('Too many attempts')
  }
}

/** In a minute, 5 for a name from one address, so that nobody locks others out, and 100 for an address. */
export function createGuesses(state: State): Guesses {
  const ofName = state.attempts('guesses-of-name', 5)
  const ofAddress = state.attempts('guesses-of-address', 100)
  const key = (name: string, address: string) => JSON.stringify([address, name])
  return {
    async begin(name, address) {
      try {
        await ofAddress.consume(address)
        await ofName.consume(key(name, address))
      } catch (cause) {
        if (!(cause instanceof RateLimiterRes)) throw new StateUnavailable(cause)
        throw new TooManyGuesses({ 'Retry-After': String(Math.ceil(cause.msBeforeNext / 1000)) })
      }
    },
    async wasRight(name, address) {
      try {
        await ofAddress.reward(address)
        await ofName.delete(key(name, address))
      } catch (cause) {
        throw new StateUnavailable(cause)
      }
    },
  }
}
