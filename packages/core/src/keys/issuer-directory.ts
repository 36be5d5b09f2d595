import { ConfigurationError } from '../outcome/configuration-error.js'
import type { IntrospectionSettings } from '../introspection/introspection-options.js'
import { createResolvedIssuers, type IssuerResolver } from './issuer-resolver.js'
import type { TrustedIssuer } from './trusted-issuer.js'

/** An issuer that can be asked about a token. */
export type IntrospectingIssuer = TrustedIssuer & { readonly introspection: IntrospectionSettings }

/** The issuers that a verifier believes. The `iss` of an unproven token only picks among them. */
export interface IssuerDirectory {
  /** The one issuer, where there is just one: a token then need not say anything before it is proven. */
  readonly only: TrustedIssuer | undefined
  /** The one issuer that is asked about opaque tokens, which name no issuer. */
  readonly introspecting: IntrospectingIssuer | undefined
  /**
   * The issuer of exactly this name. As long as its rules are the same it is the same object.
   *
   * @throws AuthError `issuers_unavailable`, at once or as a rejection
   */
  find(candidate: string): TrustedIssuer | undefined | Promise<TrustedIssuer | undefined>
}

export function directoryOfOne(issuer: TrustedIssuer): IssuerDirectory {
  return Object.freeze({
    only: issuer,
    introspecting: canIntrospect(issuer) ? issuer : undefined,
    find: (candidate: string) => (candidate === issuer.issuer ? issuer : undefined),
  })
}

/** What a directory of many issuers is made of. */
export interface ManyIssuers {
  readonly issuers: readonly TrustedIssuer[]
  readonly resolveIssuer: IssuerResolver | undefined
  /** Seconds since the epoch. */
  readonly clock: () => number
}

/** @throws ConfigurationError when there is neither a list nor a resolver, or the list names an issuer twice */
export function directoryOf({ issuers, resolveIssuer, clock }: ManyIssuers): IssuerDirectory {
  if (issuers.length === 0 && resolveIssuer === undefined) {
    throw new ConfigurationError('issuers', 'is missing: list at least one issuer, or give resolveIssuer')
  }
  const known = new Map<string, TrustedIssuer>()
  for (const issuer of issuers) {
    if (known.has(issuer.issuer)) {
      throw new ConfigurationError(
        'issuers',
        `names ${issuer.issuer} twice; give one entry to each issuer, and several audiences as a list`,
      )
    }
    known.set(issuer.issuer, issuer)
  }
  const [introspecting, another] = issuers.filter(canIntrospect)
  if (another !== undefined) {
    throw new ConfigurationError(
      'issuers',
      'has two entries with introspection; an opaque token names no issuer, so that only one can be asked',
    )
  }
  const resolved = resolveIssuer === undefined ? undefined : createResolvedIssuers(resolveIssuer, clock)
  return Object.freeze({
    only: undefined,
    introspecting,
    find: (candidate: string) => known.get(candidate) ?? resolved?.(candidate),
  })
}

function canIntrospect(issuer: TrustedIssuer): issuer is IntrospectingIssuer {
  return issuer.introspection !== undefined
}
