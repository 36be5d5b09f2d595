import type { ConformanceCase, RawRequest } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get } from './build.js'

const { reaches, refuses } = casesOf('resource')

const post = (type: string, body: string, ...headers: RawRequest['headers']): RawRequest => ({
  method: 'POST',
  target: '/authenticated',
  headers: [['Content-Type', type], ...headers],
  body,
})

const FORM = 'application/x-www-form-urlencoded'

/** Where a token does not count unless the service was told so: RFC 6750 sections 2.2 and 2.3, RFC 9700 section 4.3.2. */
export function otherPlacesCases({ token }: ConformanceTokens): readonly ConformanceCase[] {
  const good = token()
  return [...queries(good), ...bodies(good), ...headers(good)]
}

function queries(good: string): readonly ConformanceCase[] {
  const targets = {
    'access_token in the query': `/authenticated?access_token=${good}`,
    'access_token twice in the query': `/authenticated?access_token=${good}&access_token=${good}`,
    'access_token as a list in the query': `/authenticated?access_token[]=${good}`,
    'access_token as an object in the query': `/authenticated?access_token[x]=${good}`,
    'authorization in the query': `/authenticated?authorization=Bearer%20${good}`,
    'token in the query': `/authenticated?token=${good}`,
    'a malformed query': '/authenticated?access_token=%E0%A4%A',
  }
  return [
    ...Object.entries(targets).map(([what, target]) =>
      refuses(`${what} is ignored`, get(target), 'credentials_missing'),
    ),
    reaches(
      'a token in the query beside one in the header is ignored',
      get(`/authenticated?access_token=${good}`, bearer(good)),
    ),
  ]
}

function bodies(good: string): readonly ConformanceCase[] {
  const requests = {
    'access_token in a form': post(FORM, `access_token=${good}`),
    'access_token in a form with a charset': post(`${FORM}; charset=UTF-8`, `access_token=${good}`),
    'access_token twice in a form': post(FORM, `access_token=${good}&access_token=${good}`),
    'access_token in JSON': post('application/json', JSON.stringify({ access_token: good })),
    'access_token in a multipart form': post(
      'multipart/form-data; boundary=x',
      `--x\r\nContent-Disposition: form-data; name="access_token"\r\n\r\n${good}\r\n--x--\r\n`,
    ),
    'a user in JSON': post('application/json', JSON.stringify({ auth: { subject: 'intruder' } })),
    'access_token in a body of unknown type': post(`${FORM}-evil`, `access_token=${good}`),
    'access_token in the form of a GET': { ...post(FORM, `access_token=${good}`), method: 'GET' },
  }
  return [
    ...Object.entries(requests).map(([what, sent]) =>
      refuses(`${what} is ignored`, sent, 'credentials_missing'),
    ),
    reaches(
      'a token in a form beside one in the header is ignored',
      post(FORM, `access_token=${good}`, bearer(good)),
    ),
    reaches('a POST with a token is let in', post('application/json', '{}', bearer(good))),
  ]
}

function headers(good: string): readonly ConformanceCase[] {
  const names = [
    'Proxy-Authorization',
    'X-Forwarded-Authorization',
    'X-Original-Authorization',
    'X-Authorization',
    'Authentication',
    'Authorization_',
    'X-Access-Token',
    'Sec-WebSocket-Protocol',
  ]
  return [
    ...names.map((name) =>
      refuses(
        `a token in ${name} is ignored`,
        get('/authenticated', [name, `Bearer ${good}`]),
        'credentials_missing',
      ),
    ),
    refuses(
      'a token in a cookie is ignored',
      get('/authenticated', ['Cookie', `access_token=${good}; __Host-access=${good}; token=${good}`]),
      'credentials_missing',
    ),
    reaches(
      'a token in a cookie beside one in the header is ignored',
      get('/authenticated', ['Cookie', `__Host-access=${good}`], bearer(good)),
    ),
  ]
}
