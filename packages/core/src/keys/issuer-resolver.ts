import { LRUCache } from 'lru-cache'
import { readOptions } from '../options/read-options.js'
import { trustedIssuerReaders, type TrustedIssuerOptions } from '../options/trusted-issuer-options.js'
import { AuthError } from '../outcome/auth-error.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { trustedIssuerFrom, type TrustedIssuer } from './trusted-issuer.js'

/**
 * Says whether a candidate is an issuer to believe, for systems in which tenants come and go.
 *
 * The candidate is text from an unproven token, of 1 to 512 characters: compare it, or look it up as a bound
 * parameter, and never make a URL, a path or a query of it. The answer's `issuer` must equal it. `undefined` refuses
 * it; a rejection, and no answer within 5 seconds, say that it cannot be known now (503).
 *
 * An issuer is asked for again after 10 minutes, a refused candidate after 60 seconds. Keys that are discovered stay
 * at hand from one answer to the next; where the answer has `keys`, they should be the same object each time.
 */
export type IssuerResolver = (
  candidate: string,
) => TrustedIssuerOptions | undefined | Promise<TrustedIssuerOptions | undefined>

/** What a resolver answered, and when it was asked. */
interface ResolvedIssuer {
  readonly issuer: TrustedIssuer
  readonly since: number
}

type Answer = TrustedIssuer | undefined

const MAXIMUM_ISSUER_LENGTH = 512
/** Resolved issuers in use at once; the least used makes place, and is resolved again when it comes back. */
const RESOLVED_ISSUERS = 1000
const RESOLVED_FOR_SECONDS = 600
const REFUSED_CANDIDATES = 10_000
const REFUSED_FOR_SECONDS = 60
/** Candidates that nobody knows yet, being asked about at once: whoever invents more gets a 503 and costs nothing. */
const ASKED_AT_ONCE = 1000
const ANSWER_WITHIN_SECONDS = 5

/**
 * Asks once for any number of waiting requests, and remembers both answers for a bounded time in bounded space.
 *
 * @param clock seconds since the epoch
 * @returns a function that throws, or rejects with, AuthError `issuers_unavailable`
 */
export function createResolvedIssuers(
  resolve: IssuerResolver,
  clock: () => number,
): (candidate: string) => Answer | Promise<Answer> {
  const resolved = new LRUCache<string, ResolvedIssuer>({
    max: RESOLVED_ISSUERS,
    dispose: ({ issuer }, _candidate, reason) => {
      if (reason !== 'set') issuer.close()
    },
  })
  // Apart from the resolved ones, so that a flood of invented issuers pushes no real one out.
  const refused = new LRUCache<string, number>({ max: REFUSED_CANDIDATES })
  const asked = new Map<string, Promise<Answer>>()

  const ask = async (candidate: string, since: number): Promise<Answer> => {
    const options = await withinTime(async () => resolve(candidate))
    if (options === undefined) {
      resolved.delete(candidate)
      refused.set(candidate, since)
      return undefined
    }
    const settings = readOptions('resolveIssuer()', options, trustedIssuerReaders, 'resolveIssuer().')
    if (settings.issuer !== candidate) {
      throw new ConfigurationError('resolveIssuer', 'answered with another issuer than it was asked for')
    }
    if (settings.introspection !== undefined) {
      throw new ConfigurationError(
        'resolveIssuer().introspection',
        'cannot be asked: an opaque token names no issuer; list the issuer in issuers',
      )
    }
    const previous = resolved.peek(candidate)?.issuer
    const issuer = trustedIssuerFrom(settings, { previous, prefix: 'resolveIssuer().' })
    resolved.set(candidate, { issuer, since })
    if (previous !== undefined && previous.keys !== issuer.keys) previous.close()
    return issuer
  }

  const askOnce = async (candidate: string, since: number): Promise<Answer> => {
    try {
      return await ask(candidate, since)
    } catch (cause) {
      throw new AuthError('issuers_unavailable', { cause })
    } finally {
      asked.delete(candidate)
    }
  }

  return (candidate) => {
    if (candidate === '' || candidate.length > MAXIMUM_ISSUER_LENGTH) return undefined
    const now = clock()
    const known = resolved.get(candidate)
    if (known !== undefined && isRecent(known.since, RESOLVED_FOR_SECONDS, now)) return known.issuer
    if (isRecent(refused.get(candidate), REFUSED_FOR_SECONDS, now)) return undefined
    const running = asked.get(candidate)
    if (running !== undefined) return running
    if (known === undefined && asked.size >= ASKED_AT_ONCE) {
      throw new AuthError('issuers_unavailable', {
        cause: new Error(`resolveIssuer() has ${ASKED_AT_ONCE} candidates to answer for already`),
      })
    }
    const answer = askOnce(candidate, now)
    asked.set(candidate, answer)
    return answer
  }
}

/** Written so that a clock that was set back, or answers NaN, makes nothing recent. */
function isRecent(since: number | undefined, limit: number, now: number): boolean {
  return since !== undefined && now >= since && now - since < limit
}

async function withinTime<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`resolveIssuer() did not answer within ${ANSWER_WITHIN_SECONDS} s`))
    }, ANSWER_WITHIN_SECONDS * 1000)
    timer.unref()
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
