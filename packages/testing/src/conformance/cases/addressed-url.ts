import type { ConformanceCase } from '../conformance-case.js'
import type { ServiceName } from '../services.js'
import type { ConformanceTokens } from '../tokens.js'
import { casesOf, get } from './build.js'

/** What a custom source is given: the absolute URL as the client addressed it, and its failures. */
export function addressedUrlCases({ token }: ConformanceTokens): readonly ConformanceCase[] {
  const good = token()
  const seen = (
    service: ServiceName,
    name: string,
    target: string,
    url: string,
    ...headers: readonly (readonly [string, string])[]
  ) =>
    casesOf(service).reaches(
      name,
      get(target, ['Host', 'api.example:8080'], ['X-Token', good], ['X-Expected-Url', url], ...headers),
    )
  const { refuses } = casesOf('custom')
  const forwarded = [
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'shop.example'],
    ['X-Forwarded-For', '192.0.2.7'],
  ] as const

  return [
    seen(
      'custom',
      'the URL has host, port and path',
      '/authenticated',
      'http://api.example:8080/authenticated',
    ),
    seen(
      'custom',
      'the URL has the query as it was sent',
      '/authenticated?a=%20b&a=%C3%A4',
      'http://api.example:8080/authenticated?a=%20b&a=%C3%A4',
    ),
    seen(
      'custom',
      'the URL has the whole path in a mounted router',
      '/mounted/authenticated?a=1',
      'http://api.example:8080/mounted/authenticated?a=1',
    ),
    seen(
      'custom',
      'the URL does not believe X-Forwarded headers',
      '/authenticated',
      'http://api.example:8080/authenticated',
      ...forwarded,
    ),
    seen(
      'proxied',
      'the URL is what the trusted proxy says',
      '/authenticated?a=1',
      'https://shop.example/authenticated?a=1',
      ...forwarded,
    ),
    seen(
      'proxied',
      'the URL has the port that the trusted proxy says',
      '/mounted/authenticated',
      'https://shop.example:8443/mounted/authenticated',
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'shop.example:8443'],
    ),
    seen(
      'proxied',
      'the URL is as addressed where the trusted proxy says nothing',
      '/authenticated',
      'http://api.example:8080/authenticated',
    ),
    ...hosts().map(([what, ...headers]) =>
      refuses(
        `${what} is a malformed request`,
        get('/authenticated', ...headers, ['X-Token', good]),
        'credentials_malformed',
      ),
    ),
    refuses('a source that finds nothing', get('/authenticated'), 'credentials_missing'),
    refuses(
      'a source that finds garbage',
      get(
        '/authenticated',
        ['X-Token', 'garbage'],
        ['Host', 'a.example'],
        ['X-Expected-Url', 'http://a.example/authenticated'],
      ),
      'token_invalid',
    ),
    refuses(
      'a source that fails is an outage',
      get('/authenticated', ['X-Token', 'fail']),
      'credentials_unavailable',
    ),
  ]
}

/** What is no host, or none that can be told: with it, anybody could say what the URL is. */
function hosts(): readonly (readonly [what: string, ...headers: (readonly [string, string])[]])[] {
  const odd = [
    '',
    'a.example/authenticated?',
    'a.example#',
    'a.example\\b',
    'mia@a.example',
    'a.example, b.example',
    'a b',
  ]
  return [
    ...odd.map((host) => [`a host ${JSON.stringify(host)}`, ['Host', host]] as const),
    ['two hosts', ['Host', 'a.example'], ['Host', 'b.example']],
  ]
}
