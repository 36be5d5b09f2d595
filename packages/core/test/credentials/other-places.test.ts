import { authorizationHeader } from '../../src/credentials/authorization-header.js'
import { cookie } from '../../src/credentials/cookie.js'
import { custom } from '../../src/credentials/custom.js'
import { AuthError } from '../../src/outcome/auth-error.js'
import type { CredentialSource } from '../../src/credentials/credential-source.js'
import { token } from '../attacks/support/forge.js'
import { answerTo, requestWith } from './authenticate.js'

const GOOD = token()
const MISSING = '401 credentials_missing'
const MULTIPLE = '400 credentials_multiple'
const UNAVAILABLE = '503 credentials_unavailable'

describe('attack 156: a cookie', () => {
  const options = { credentials: cookie('__Host-access') }
  const sending = (...values: readonly string[]) => requestWith({ cookie: values })
  it.each<[string, string, readonly string[]]>([
    ['by its name', 'accepted', [`__Host-access=${GOOD}`]],
    ['among others', 'accepted', [`a=1; __Host-access=${GOOD}; b=2`]],
    ['among others without spaces', 'accepted', [`a=1;__Host-access=${GOOD};b=2`]],
    ['in a second header', 'accepted', ['a=1', `__Host-access=${GOOD}`]],
    ['none', MISSING, []],
    ['an empty header', MISSING, ['']],
    ['another name', MISSING, [`access=${GOOD}`]],
    ['another case', MISSING, [`__host-access=${GOOD}`]],
    ['a longer name', MISSING, [`__Host-access2=${GOOD}`, `x__Host-access=${GOOD}`]],
    ['its name as a value', MISSING, [`x=__Host-access; y=${GOOD}`]],
    ['without an equals sign', MISSING, ['__Host-access']],
    ['a name in quotation marks', MISSING, [`"__Host-access"=${GOOD}`]],
    ['percent-encoded', MISSING, [`__Host%2Daccess=${GOOD}`]],
    ['twice', MULTIPLE, [`__Host-access=${GOOD}; __Host-access=${GOOD}`]],
    ['twice, the first empty', MULTIPLE, [`__Host-access=; __Host-access=${GOOD}`]],
    ['in two headers', MULTIPLE, [`__Host-access=${GOOD}`, `__Host-access=${GOOD}`]],
    ['empty', '401 token_malformed', ['__Host-access=']],
    ['a value in quotation marks', '401 token_malformed', [`__Host-access="${GOOD}"`]],
    ['an encoded value', '401 token_malformed', [`__Host-access=${GOOD.replace('.', '%2E')}`]],
    ['with the scheme', '401 token_malformed', [`__Host-access=Bearer ${GOOD}`]],
    ['signed by somebody', '401 token_malformed', [`__Host-access=s:${GOOD}.x`]],
  ])('%s: %s', async (_, answer, values) => {
    expect(await answerTo(sending(...values), options)).toBe(answer)
  })
  it('is not read where it was not asked for, and is the only place where it was', async () => {
    expect(await answerTo(sending(`__Host-access=${GOOD}; access_token=${GOOD}`))).toBe(MISSING)
    expect(await answerTo(requestWith({ authorization: [`Bearer ${GOOD}`] }), options)).toBe(MISSING)
  })
  it.each([null, '', 'a b', 'a;b', 'a=b', 'ä', 'a\n', 'x'.repeat(129), 1])('cannot be called %p', (name) => {
    expect(() => cookie(name as string)).toThrow(
      /^cookie\(\): expects the name of a cookie, such as '__Host-access'/,
    )
  })
})

describe('attack 151: more than one place', () => {
  const both = { credentials: [authorizationHeader(), cookie('access')] }
  it.each<[string, string, Record<string, readonly string[]>]>([
    ['the header', 'accepted', { authorization: [`Bearer ${GOOD}`] }],
    ['the cookie', 'accepted', { cookie: [`access=${GOOD}`] }],
    ['neither', MISSING, {}],
    ['both, the same', MULTIPLE, { authorization: [`Bearer ${GOOD}`], cookie: [`access=${GOOD}`] }],
    ['both, one of them bad', MULTIPLE, { authorization: ['Bearer x'], cookie: [`access=${GOOD}`] }],
    ['both, one of them empty', MULTIPLE, { authorization: [`Bearer ${GOOD}`], cookie: ['access='] }],
    [
      'a malformed header and a cookie',
      '400 credentials_malformed',
      { authorization: ['Bearer'], cookie: [`access=${GOOD}`] },
    ],
    ['another scheme and a cookie', 'accepted', { authorization: ['Basic x'], cookie: [`access=${GOOD}`] }],
  ])('%s: %s', async (_, answer, headers) => {
    expect(await answerTo(requestWith(headers), both)).toBe(answer)
    const turned = { credentials: [...both.credentials].reverse() }
    expect(await answerTo(requestWith(headers), turned)).toBe(answer)
  })
})

describe('attack 165: a place of one’s own', () => {
  it.each<[string, string, () => unknown]>([
    ['a token', 'accepted', () => GOOD],
    ['a promise of one', 'accepted', () => Promise.resolve(GOOD)],
    ['nothing', MISSING, () => undefined],
    ['a promise of nothing', MISSING, () => Promise.resolve(undefined)],
    ['a bad token', '401 token_malformed', () => 'x'],
    ['an empty text', '401 token_malformed', () => ''],
    ['null', UNAVAILABLE, () => null],
    ['a number', UNAVAILABLE, () => 1],
    ['a list', UNAVAILABLE, () => [GOOD]],
    ['a Buffer', UNAVAILABLE, () => Buffer.from(GOOD)],
    ['claims', UNAVAILABLE, () => ({ sub: 'admin' })],
    ['true', UNAVAILABLE, () => true],
    [
      'an error',
      UNAVAILABLE,
      () => {
        throw new Error('down')
      },
    ],
    ['a rejection', UNAVAILABLE, () => Promise.reject(new Error('down'))],
    [
      'a refusal',
      '400 credentials_malformed',
      () => {
        throw new AuthError('credentials_malformed')
      },
    ],
    [
      'a promise of a refusal',
      '400 credentials_malformed',
      () => Promise.reject(new AuthError('credentials_malformed')),
    ],
  ])('that answers %s: %s', async (_, answer, find) => {
    const source = custom(find as () => string)
    expect(await answerTo(requestWith({}), { credentials: source })).toBe(answer)
    const optional = answer === MISSING ? 'anonymous' : answer
    expect(await answerTo(requestWith({}), { credentials: source, optional: true })).toBe(optional)
    expect(await answerTo(requestWith({}), { credentials: { find } as CredentialSource })).toBe(answer)
  })
  it.each([undefined, null, 'x', {}])('must be a function, not %p', (find) => {
    expect(() => custom(find as never)).toThrow(/^custom\(\): expects a function that is given the request/)
  })
})
