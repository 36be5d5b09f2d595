import type { TestIssuer } from './issuer/test-issuer.js'
import type { TokenRequest } from './issuer/token-request.js'

/** A token that is unusual and sound: refusing it is a fault too. */
export interface GoodToken {
  /** What is unusual, as the title of a test. */
  readonly name: string
  readonly token: string
}

/** What is asked for in another way; `claims` and `header` are added to those of the request. */
const table: readonly { name: string; change: (issuer: TestIssuer) => TokenRequest }[] = [
  { name: 'a plain access token', change: () => ({}) },
  { name: 'the media type in full', change: () => ({ typ: 'application/at+jwt' }) },
  { name: 'the media type in capitals', change: () => ({ typ: 'AT+JWT' }) },
  { name: 'a list of audiences', change: ({ audience }) => ({ audience: ['another-api', audience] }) },
  { name: 'letters beyond ASCII', change: () => ({ subject: 'Ξένος 🛂' }) },
  { name: 'claims called like methods', change: () => ({ claims: { toString: 'x', then: 'y' } }) },
  { name: 'fractions of a second', change: () => ({ expiresIn: 300.5 }) },
  {
    name: 'a jku that must be ignored',
    change: () => ({ header: { jku: 'https://attacker.test/jwks' } }),
  },
]

/**
 * The other half of the catalogue: tokens that a verifier must accept, with `profile: 'at+jwt'` as well. A service
 * that refuses everything passes every test of bad tokens.
 */
export function goodTokens(issuer: TestIssuer, request: TokenRequest = {}): readonly GoodToken[] {
  return table.map(({ name, change }) => {
    const { claims, header, ...changed } = change(issuer)
    return {
      name,
      token: issuer.token({
        ...request,
        ...changed,
        claims: { ...request.claims, ...claims },
        header: { ...request.header, ...header },
      }),
    }
  })
}
