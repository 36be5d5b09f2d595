import type { ConformanceCase } from '../conformance-case.js'
import { COOKIE, PUBLIC_ORIGIN, SHOP } from '../services.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, request } from './build.js'

const { reaches, refuses } = casesOf('csrf')

/** A token that the browser sends by itself: an unsafe request must come from a page of ours. */
export function csrfCases({ token, forged }: ConformanceTokens): readonly ConformanceCase[] {
  const good = token()
  const cookie = ['Cookie', `${COOKIE}=${good}`] as const
  const send = (method: string, ...headers: readonly (readonly [string, string])[]) =>
    request(method, '/authenticated', cookie, ...headers)
  const post = (...headers: readonly (readonly [string, string])[]) => send('POST', ...headers)
  const site = (value: string) => ['Sec-Fetch-Site', value] as const
  const origin = (value: string) => ['Origin', value] as const
  return [
    reaches('a POST of the same origin is let in', post(site('same-origin'))),
    reaches('a POST of the public origin is let in', post(origin(PUBLIC_ORIGIN))),
    reaches('a POST of an origin on the list is let in', post(site('cross-site'), origin(SHOP))),
    reaches('a GET of another site is let in', send('GET', site('cross-site'))),
    reaches('a HEAD of another site is let in', send('HEAD', site('cross-site'))),
    reaches('an OPTIONS of another site is let in', send('OPTIONS', site('cross-site'))),
    reaches(
      'a POST of another site with a token in the header is let in',
      request('POST', '/authenticated', bearer(good), site('cross-site')),
    ),
    ...Object.entries({
      'of another site': [site('cross-site')],
      'of a sibling host': [site('same-site')],
      'that no page has sent': [site('none')],
      'that does not say where it comes from': [],
      'of another origin': [origin('https://evil.example')],
      'of an origin that begins alike': [origin(`${SHOP}.evil.example`)],
      'of an opaque origin': [origin('null')],
      'of the origin by http': [origin(SHOP.replace('https', 'http'))],
      'of two sites': [site('same-origin'), site('cross-site')],
      'of two origins': [origin(SHOP), origin('https://evil.example')],
      'of the same origin, twice': [site('same-origin'), site('same-origin')],
      'with a header of scripts': [['X-Requested-With', 'XMLHttpRequest'] as const],
    }).map(([what, headers]) => refuses(`a POST ${what}`, post(...headers), 'cross_site_request_refused')),
    refuses(
      'a forged token from another site, without a word on the token',
      request('POST', '/authenticated', ['Cookie', `${COOKIE}=${forged()}`], site('cross-site')),
      'cross_site_request_refused',
    ),
    refuses('the cookie and the header', post(bearer(good), site('same-origin')), 'credentials_multiple'),
    refuses(
      'no token, whatever the site',
      request('POST', '/authenticated', site('cross-site')),
      'credentials_missing',
    ),
    casesOf('cookie').refuses(
      'a POST that does not say where it comes from',
      post(),
      'cross_site_request_refused',
    ),
    casesOf('cookie').reaches('a POST of the same origin is let in', post(site('same-origin'))),
  ]
}
