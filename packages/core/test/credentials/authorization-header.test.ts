import { token } from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { answerTo, requestWith } from './authenticate.js'

const GOOD = token()
const sending = (...values: readonly string[]) => requestWith({ authorization: values })
const MISSING = '401 credentials_missing'
const MALFORMED = '400 credentials_malformed'
const INVALID = '401 token_malformed'

describe('the Authorization header', () => {
  it.each<[attack: string, answer: string, values: readonly string[]]>([
    ['a token', 'accepted', [`Bearer ${GOOD}`]],
    ['146: in lower case', 'accepted', [`bearer ${GOOD}`]],
    ['146: in capitals', 'accepted', [`BEARER ${GOOD}`]],
    ['146: in both', 'accepted', [`bEaReR ${GOOD}`]],
    ['144: nothing', MISSING, []],
    ['144: an empty value', MISSING, ['']],
    ['145: the scheme alone', MALFORMED, ['Bearer']],
    ['145: the scheme and a space', MALFORMED, ['Bearer ']],
    ['145: a token alone', MISSING, [GOOD]],
    ['145: no space', MISSING, [`Bearer${GOOD}`]],
    ['145: an equals sign', MALFORMED, [`Bearer=${GOOD}`]],
    ['145: a colon', MALFORMED, [`Bearer: ${GOOD}`]],
    ['145: a comma', MALFORMED, [`Bearer, ${GOOD}`]],
    ['145: another scheme', MISSING, [`Token ${GOOD}`]],
    ['145: JWT for a scheme', MISSING, [`JWT ${GOOD}`]],
    ['145: Basic', MISSING, ['Basic dXNlcjpwYXNz']],
    ['145: a longer scheme', MISSING, [`Bearskin ${GOOD}`]],
    ['145: a scheme that begins like it', MISSING, [`BearerToken ${GOOD}`]],
    ['145: a scheme with a hyphen', MISSING, [`Bearer-Token ${GOOD}`]],
    ['145: the scheme in quotation marks', MISSING, [`"Bearer" ${GOOD}`]],
    ['145: the token in quotation marks', INVALID, [`Bearer "${GOOD}"`]],
    ['145: a parameter', INVALID, [`Bearer token=${GOOD}`]],
    ['147: two spaces', MALFORMED, [`Bearer  ${GOOD}`]],
    ['147: a tabulator', MALFORMED, [`Bearer\t${GOOD}`]],
    ['147: a space and a tabulator', INVALID, [`Bearer \t${GOOD}`]],
    ['147: a no-break space', MALFORMED, [`Bearer\u00a0${GOOD}`]],
    ['147: a space behind', MALFORMED, [`Bearer ${GOOD} `]],
    ['147: a space in front', MISSING, [` Bearer ${GOOD}`]],
    ['148: a comma behind', INVALID, [`Bearer ${GOOD},`]],
    ['148: a quotation mark within', INVALID, [`Bearer ${GOOD.replace('.', '".')}`]],
    ['148: a backslash', INVALID, [`Bearer ${GOOD}\\`]],
    ['148: a letter beyond ASCII', INVALID, [`Bearer ${GOOD}é`]],
    ['148: a control character', INVALID, [`Bearer ${GOOD}\x07`]],
    ['148: a line break', INVALID, [`Bearer ${GOOD}\r\nX:1`]],
    ['149: two headers, both good', '400 credentials_multiple', [`Bearer ${GOOD}`, `Bearer ${GOOD}`]],
    ['149: a good one and a bad one', '400 credentials_multiple', [`Bearer ${GOOD}`, 'Bearer x']],
    ['149: a bad one and a good one', '400 credentials_multiple', ['Bearer x', `Bearer ${GOOD}`]],
    [
      '149: a good one and another scheme',
      '400 credentials_multiple',
      [`Bearer ${GOOD}`, 'Basic dXNlcjpwYXNz'],
    ],
    [
      '149: another scheme and a good one',
      '400 credentials_multiple',
      ['Basic dXNlcjpwYXNz', `Bearer ${GOOD}`],
    ],
    ['149: a good one and an empty one', '400 credentials_multiple', [`Bearer ${GOOD}`, '']],
    ['150: two in one, joined', MALFORMED, [`Bearer ${GOOD}, Bearer ${GOOD}`]],
    ['150: two tokens', MALFORMED, [`Bearer ${GOOD} ${GOOD}`]],
    ['150: two tokens with a comma', INVALID, [`Bearer ${GOOD},${GOOD}`]],
    ['159: oversized', '401 token_too_long', [`Bearer ${'x'.repeat(20_000)}`]],
  ])('attack %s: %s', async (_, answer, values) => {
    expect(await answerTo(sending(...values))).toBe(answer)
  })

  it('attack 158: no other header is read', async () => {
    for (const name of [
      'x-forwarded-authorization',
      'proxy-authorization',
      'x-access-token',
      'x-authorization',
      'cookie',
      'sec-websocket-protocol',
      'x-jwt',
      'access-token',
      'authentication',
    ]) {
      expect(await answerTo(requestWith({ [name]: [`Bearer ${GOOD}`, GOOD, `access_token=${GOOD}`] }))).toBe(
        MISSING,
      )
    }
  })
  it('attack 152: no URL is read', async () => {
    const request = {
      ...sending(),
      url: `https://api.example.com/?access_token=${GOOD}&token=${GOOD}#access_token=${GOOD}`,
    }
    expect(await answerTo(request)).toBe(MISSING)
    expect(await answerTo({ ...request, header: () => [`Bearer ${GOOD}`] })).toBe('accepted')
  })
  it('attack 161: the method is of no matter', async () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE', 'PROPFIND', '']) {
      expect(await answerTo(requestWith({}, method))).toBe(MISSING)
      expect(await answerTo(requestWith({ authorization: [`Bearer ${GOOD}`] }, method))).toBe('accepted')
    }
  })
})

describe('attack 163: where credentials are optional', () => {
  const optional = { optional: true }
  it.each<[string, string, readonly string[]]>([
    ['none is anonymous', 'anonymous', []],
    ['another scheme is anonymous', 'anonymous', ['Basic dXNlcjpwYXNz']],
    ['a good one is not', 'accepted', [`Bearer ${GOOD}`]],
    ['an expired one is refused', '401 token_expired', [`Bearer ${token({ exp: 1, iat: undefined })}`]],
    [
      'a forged one is refused',
      '401 signature_invalid',
      [`Bearer ${token({}, {}, keyOf('ES256', 'stranger'))}`],
    ],
    ['rubbish is refused', INVALID, ['Bearer x']],
    ['the scheme alone is refused', MALFORMED, ['Bearer']],
    ['two are refused', '400 credentials_multiple', [`Bearer ${GOOD}`, '']],
  ])('%s', async (_, answer, values) => {
    expect(await answerTo(sending(...values), optional)).toBe(answer)
  })
})
