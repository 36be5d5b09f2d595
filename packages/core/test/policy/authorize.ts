import { AuthError } from '../../src/outcome/auth-error.js'
import { createAuthorizer, type Authorizer } from '../../src/policy/authorizer.js'
import type { Policy } from '../../src/policy/policy.js'
import type { SingleIssuerOptions } from '../../src/options/verifier-options.js'
import { token, verifier } from '../attacks/support/forge.js'

/** The refusal that a token with these claims gets from a route with this policy; undefined where it may pass. */
export async function refusalOf(
  policy: Policy,
  claims: object,
  options: Partial<SingleIssuerOptions> = {},
): Promise<AuthError | undefined> {
  const auth = await verifier(options)(token(claims))
  const authorize: Authorizer = createAuthorizer(policy)
  try {
    authorize(auth)
    return undefined
  } catch (error) {
    if (error instanceof AuthError) return error
    throw new Error('something else than an AuthError', { cause: error })
  }
}

/** The same as a word. */
export async function answerTo(
  policy: Policy,
  claims: object,
  options: Partial<SingleIssuerOptions> = {},
): Promise<string> {
  return (await refusalOf(policy, claims, options))?.code ?? 'allowed'
}
