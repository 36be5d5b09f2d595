import type { ConformanceCase } from '../conformance-case.js'
import { reached } from '../refusals.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get, request } from './build.js'

const { reaches, refuses, answers } = casesOf('resource')

const PREFLIGHT = [
  ['Origin', 'https://app.example'],
  ['Access-Control-Request-Method', 'GET'],
  ['Access-Control-Request-Headers', 'authorization'],
] as const

/** No method is let by: HEAD is checked as GET is, and OPTIONS as every other. */
export function methodCases({ token }: ConformanceTokens): readonly ConformanceCase[] {
  const good = token()
  const head = (target: string, ...headers: readonly (readonly [string, string])[]) =>
    request('HEAD', target, ...headers)
  return [
    answers(
      'HEAD with a token is let in',
      head('/authenticated', bearer(good)),
      reached('/authenticated', 'alice'),
    ),
    refuses('HEAD without a token is refused', head('/authenticated'), 'credentials_missing'),
    refuses('HEAD with garbage is refused', head('/authenticated', bearer('garbage')), 'token_invalid'),
    refuses(
      'HEAD with two tokens is refused',
      head('/authenticated', bearer(good), bearer(good)),
      'credentials_multiple',
    ),
    refuses(
      'HEAD without the scope is refused',
      head('/scope', bearer(good)),
      'scope_insufficient',
      'orders:read',
    ),
    refuses(
      'OPTIONS without a token is refused',
      request('OPTIONS', '/authenticated'),
      'credentials_missing',
    ),
    refuses(
      'a preflight is refused as well',
      request('OPTIONS', '/authenticated', ...PREFLIGHT),
      'credentials_missing',
    ),
    reaches('OPTIONS with a token is let in', request('OPTIONS', '/authenticated', bearer(good))),
    refuses('POST without a token is refused', request('POST', '/authenticated'), 'credentials_missing'),
    ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((name) =>
      refuses(`${name} changes nothing`, get('/authenticated', [name, 'OPTIONS']), 'credentials_missing'),
    ),
  ]
}
