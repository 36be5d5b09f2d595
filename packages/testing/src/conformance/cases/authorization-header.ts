import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get, MARKER } from './build.js'

const { reaches, refuses, answers } = casesOf('resource')

const authorization = (...values: readonly string[]) =>
  get('/authenticated', ...values.map((value) => ['Authorization', value] as const))

/** RFC 6750 section 2.1, RFC 9110 sections 5.3 and 11.4. */
export function authorizationHeaderCases({ token, forged }: ConformanceTokens): readonly ConformanceCase[] {
  const good = token()
  return [
    ...accepted(good),
    ...notOurs(good),
    ...malformed(good),
    ...several(good, token({ sub: 'bob' }), forged()),
    ...hostile(good),
  ]
}

function accepted(good: string): readonly ConformanceCase[] {
  return [
    reaches('a valid token is let in', get('/authenticated', bearer(good))),
    ...['bearer', 'BEARER', 'bEaReR'].map((scheme) =>
      reaches(`the scheme may be written ${scheme}`, authorization(`${scheme} ${good}`)),
    ),
    ...['authorization', 'AUTHORIZATION', 'aUtHoRiZaTiOn'].map((name) =>
      reaches(`the header may be written ${name}`, get('/authenticated', [name, `Bearer ${good}`])),
    ),
    reaches('white space around the header value does not count', authorization(` \t Bearer ${good} \t `)),
  ]
}

/** Nothing that is a bearer token: the challenge has no error code (RFC 6750 section 3.1). */
function notOurs(good: string): readonly ConformanceCase[] {
  const values = {
    'an empty Authorization header': '',
    'an Authorization header of white space': ' \t ',
    'Basic credentials': 'Basic YWxpY2U6c2VjcmV0',
    'a token under the scheme Basic': `Basic ${good}`,
    'a token under the scheme Token': `Token ${good}`,
    'a token under the scheme DPoP': `DPoP ${good}`,
    'a scheme that begins with Bear': 'Bearskin Jacket',
    'a scheme that begins with Bearer': `Bearer1 ${good}`,
    'a token that is glued to its scheme': `Bearer${good}`,
    'a token without a scheme': good,
    'a word without a scheme': MARKER,
    'a no-break space before the scheme': `\xa0Bearer ${good}`,
    'a quoted scheme': `"Bearer" ${good}`,
  }
  return [
    refuses(
      'a request without credentials is asked for a token',
      get('/authenticated'),
      'credentials_missing',
    ),
    ...Object.entries(values).map(([what, value]) =>
      refuses(`${what} counts as no credential`, authorization(value), 'credentials_missing'),
    ),
  ]
}

function malformed(good: string): readonly ConformanceCase[] {
  const values = {
    'Bearer without a token': 'Bearer',
    'Bearer and only a space': 'Bearer ',
    'two spaces after Bearer': `Bearer  ${good}`,
    'a tab after Bearer': `Bearer\t${good}`,
    'a no-break space after Bearer': `Bearer\xa0${good}`,
    'an equals sign after Bearer': `Bearer=${good}`,
    'a colon after Bearer': `Bearer: ${good}`,
    'a comma after Bearer': `Bearer, ${good}`,
    'a second token after a space': `Bearer ${good} ${good}`,
    'the scheme twice': `Bearer Bearer ${good}`,
    'two credentials joined by a comma': `Bearer ${good}, Bearer ${good}`,
    'two credentials joined by a comma without a space': `Bearer ${good},Bearer ${good}`,
    'parameters after the token': `Bearer ${good}, realm="${MARKER}"`,
  }
  return Object.entries(values).map(([what, value]) =>
    refuses(`${what} is a malformed request`, authorization(value), 'credentials_malformed'),
  )
}

/** RFC 6750 section 2: one token in a request. Node's `headers` would show the first and hide the rest. */
function several(good: string, other: string, bad: string): readonly ConformanceCase[] {
  const pairs = {
    'two valid tokens': [`Bearer ${good}`, `Bearer ${other}`],
    'the same token twice': [`Bearer ${good}`, `Bearer ${good}`],
    'a valid token, then a forged one': [`Bearer ${good}`, `Bearer ${bad}`],
    'a forged token, then a valid one': [`Bearer ${bad}`, `Bearer ${good}`],
    'a valid token, then Basic': [`Bearer ${good}`, 'Basic YWxpY2U6c2VjcmV0'],
    'Basic, then a valid token': ['Basic YWxpY2U6c2VjcmV0', `Bearer ${good}`],
    'an empty value, then a valid token': ['', `Bearer ${good}`],
    'a valid token, then an empty value': [`Bearer ${good}`, ''],
    'three tokens': [`Bearer ${good}`, `Bearer ${good}`, `Bearer ${good}`],
  }
  return [
    ...Object.entries(pairs).map(([what, values]) =>
      refuses(
        `two Authorization headers are refused: ${what}`,
        authorization(...values),
        'credentials_multiple',
      ),
    ),
    refuses(
      'two Authorization headers are refused when their names are cased differently',
      get('/authenticated', ['authorization', `Bearer ${good}`], ['AUTHORIZATION', `Bearer ${good}`]),
      'credentials_multiple',
    ),
  ]
}

/** Characters and lengths that no token has; what was sent is never repeated in the answer. */
function hostile(good: string): readonly ConformanceCase[] {
  const values = {
    'quotation marks': `"${MARKER}"`,
    'a backslash': `${MARKER}\\`,
    markup: `${MARKER}<script>alert(1)</script>`,
    'a parameter': `${MARKER}",error="x`,
    'percent-encoded line breaks': `${MARKER}%0d%0aX-Injected:%20yes`,
    'letters beyond ASCII': `${good}\xe9`,
    'a tab inside the token': `${good}\t${MARKER}`,
    'a comma inside the token': `${good},${good}`,
    'a quoted token': `"${good}"`,
    'fifteen thousand characters': 'x'.repeat(15_000),
    'fifteen thousand dots': '.'.repeat(15_000),
  }
  const byTheServer = { status: [400, 401, 431], headers: {}, never: ['"route"', 'X-Injected: yes'] }
  return [
    ...Object.entries(values).map(([what, value]) =>
      refuses(`${what} is an invalid token`, authorization(`Bearer ${value}`), 'token_invalid'),
    ),
    answers('a control character in the header is refused', authorization(`Bearer ${good}\x01`), byTheServer),
    answers('a NUL in the header is refused', authorization(`Bearer ${good}\0`), byTheServer),
    answers(
      'a header of 40,000 characters is refused',
      authorization(`Bearer ${'x'.repeat(40_000)}`),
      byTheServer,
    ),
    answers(
      'a space before the colon is refused',
      get('/authenticated', ['Authorization ', `Bearer ${good}`]),
      byTheServer,
    ),
  ]
}
