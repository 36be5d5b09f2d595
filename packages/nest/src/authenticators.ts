import {
  ConfigurationError,
  createAuthenticators,
  type Authenticator,
  type Claims,
  type RequestOptions,
  type VerifierOptions,
} from '@portcullis/core'

/** Which tokens to believe and where they may be. Whether one may be absent, each route says for itself. */
export type PortcullisOptions<C = Claims> = VerifierOptions<C> & Omit<RequestOptions, 'optional'>

export interface Authenticators {
  readonly required: Authenticator<unknown, never>
  readonly optional: Authenticator<unknown>
}

/** The injection token of the {@link Authenticators}. */
export const AUTHENTICATORS = Symbol('portcullis:authenticators')

/** @throws ConfigurationError when an option is wrong, unknown or missing */
export function authenticatorsFrom<C>(options: PortcullisOptions<C>): Authenticators {
  const given: unknown = options
  if (typeof given === 'object' && given !== null && Object.hasOwn(given, 'optional')) {
    throw new ConfigurationError(
      'optional',
      'is no option of PortcullisModule, which denies by default: put @OptionalAuthentication() on the controllers and handlers that let requests without a token pass',
    )
  }
  return createAuthenticators(options)
}
