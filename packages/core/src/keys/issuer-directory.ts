import { LRUCache } from 'lru-cache'
import type { TrustedIssuerOptions } from '../options/trusted-issuer-options.js'
import { AuthError } from '../outcome/auth-error.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { readTrustedIssuer, type TrustedIssuer } from './trusted-issuer.js'

/** The issuers that a verifier believes. The `iss` of an unproven token only picks among them. */
export interface IssuerDirectory {
  /** The one issuer, where there is just one: a token then need not say anything before it is proven. */
  readonly only: TrustedIssuer | undefined
  /** The issuer of exactly this name. */
  find(candidate: string): TrustedIssuer | undefined | Promise<TrustedIssuer | undefined>
}

/**
 * Says whether a candidate is an issuer to believe, for systems in which tenants come and go.
 *
 * The candidate is text from an unproven token, of at most 512 characters: compare it, or look it up as a bound
 * parameter, and never make a URL, a path or a query of it. The answer's `issuer` must equal it. A rejection says
 * that it cannot be known now (503).
 */
export type IssuerResolver = (
  candidate: string,
) => TrustedIssuerOptions | undefined | Promise<TrustedIssuerOptions | undefined>

const MAXIMUM_ISSUER_LENGTH = 512
/** Resolved issuers in use at once; the least used makes place, and is resolved again when it comes back. */
const RESOLVED_ISSUERS = 1000
const RESOLVED_FOR_MILLISECONDS = 10 * 60 * 1000
const REFUSED_CANDIDATES = 10_000
const REFUSED_FOR_MILLISECONDS = 60 * 1000

export function directoryOfOne(issuer: TrustedIssuer): IssuerDirectory {
  return Object.freeze({
    only: issuer,
    find: (candidate: string) => (candidate === issuer.issuer ? issuer : undefined),
  })
}

/** @throws ConfigurationError when the list is empty or names an issuer twice */
export function directoryOf(
  list: readonly TrustedIssuer[],
  resolve: IssuerResolver | undefined,
): IssuerDirectory {
  const known = new Map(list.map((issuer) => [issuer.issuer, issuer]))
  if (known.size < list.length) {
    throw new ConfigurationError(
      'issuers',
      'names an issuer twice; give one entry to each, audiences as a list',
    )
  }
  const resolved = resolve === undefined ? undefined : resolvingDirectory(resolve)
  return Object.freeze({
    only: undefined,
    find: (candidate: string) => known.get(candidate) ?? resolved?.(candidate),
  })
}

/** Asks once for any number of waiting requests, and remembers both answers for a bounded time in bounded space. */
function resolvingDirectory(resolve: IssuerResolver) {
  const resolved = new LRUCache<string, TrustedIssuer>({
    max: RESOLVED_ISSUERS,
    ttl: RESOLVED_FOR_MILLISECONDS,
    dispose: (issuer) => {
      issuer.close()
    },
  })
  // Apart from the resolved ones, so that a flood of invented issuers pushes no real one out.
  const refused = new LRUCache<string, true>({ max: REFUSED_CANDIDATES, ttl: REFUSED_FOR_MILLISECONDS })
  const asked = new Map<string, Promise<TrustedIssuer | undefined>>()

  const ask = async (candidate: string): Promise<TrustedIssuer | undefined> => {
    const options = await resolve(candidate)
    if (options === undefined) {
      refused.set(candidate, true)
      return undefined
    }
    if (options.issuer !== candidate) {
      throw new ConfigurationError('resolveIssuer', 'answered with another issuer than it was asked for')
    }
    const issuer = readTrustedIssuer('resolveIssuer()', options)
    resolved.set(candidate, issuer)
    return issuer
  }

  return (candidate: string): TrustedIssuer | undefined | Promise<TrustedIssuer | undefined> => {
    if (candidate.length > MAXIMUM_ISSUER_LENGTH || refused.has(candidate)) return undefined
    const known = resolved.get(candidate) ?? asked.get(candidate)
    if (known !== undefined) return known
    const answer = ask(candidate)
      .catch((cause: unknown) => {
        throw new AuthError('issuers_unavailable', { cause })
      })
      .finally(() => asked.delete(candidate))
    asked.set(candidate, answer)
    return answer
  }
}
