import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get } from './build.js'

const { answers } = casesOf('resource')

/** Ways to write `/admin` that a comparison of prefixes takes for something else. */
const DETOURS = [
  '//admin',
  '///admin',
  '/./admin',
  '/public/../admin',
  '/public/%2e%2e/admin',
  '/public%2f..%2fadmin',
  '/public/..%2fadmin',
  '/public/..;/admin',
  '/public;/../admin',
  '/public//../admin',
  '/public/admin',
  '/Admin',
  '/ADMIN',
  '/%61dmin',
  '/%2561dmin',
  '/admin/',
  '/admin//',
  '/admin/.',
  '/admin;x',
  '/admin;/public',
  '/admin.json',
  '/admin%20',
  '/admin%00',
  '/admin?/public',
  '/admin?public=/../public',
  '/admin#/public',
  '/admin\\..\\public',
  'http://public.example/admin',
]

/**
 * A route is protected where it is declared, so that no spelling of its path leads around the check. Frameworks
 * differ in which spellings are the route at all; none may answer with it. What begins like the public route may be
 * that one: Fastify 4 takes for a query what follows a semicolon.
 */
export function pathCases({ token }: ConformanceTokens): readonly ConformanceCase[] {
  const closed = (target: string, status: readonly number[]) => ({
    status: target.startsWith('/public;') ? [200, ...status] : status,
    headers: {},
    never: ['"route":"/admin"'],
  })
  return DETOURS.flatMap((target) => [
    answers(
      `${target} does not reach the route without a token`,
      get(target),
      closed(target, [400, 401, 404]),
    ),
    answers(
      `${target} does not reach the route without the role`,
      get(target, bearer(token())),
      closed(target, [400, 403, 404]),
    ),
  ])
}
