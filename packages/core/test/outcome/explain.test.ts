import { inspect } from 'node:util'
import { AuthError, type RefusalDetails } from '../../src/outcome/auth-error.js'
import { REFUSALS, type RefusalCode } from '../../src/outcome/codes.js'
import { ConfigurationError } from '../../src/outcome/configuration-error.js'
import { explain } from '../../src/outcome/explain.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { CLAIMS, KEY, NOW, token, verifier } from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'

const CODES = Object.keys(REFUSALS) as readonly RefusalCode[]
const keys = localJwks({
  keys: [
    { ...KEY.publicJwk, kid: 'ec-1' },
    { ...keyOf('RS256').publicJwk, kid: 'rsa-1' },
  ],
})
const verify = verifier({ keys, maxTokenAge: 3600, algorithms: ['ES256'] })

async function explained(claims: object, header: object = {}): Promise<string> {
  const error: unknown = await verify(token(claims, { kid: 'ec-1', ...header })).catch(
    (thrown: unknown) => thrown,
  )
  return explain(error)
}

const FULL: RefusalDetails = {
  issuer: 'https://id.example.com',
  keyId: 'k1',
  knownKeyIds: ['k2'],
  expected: ['orders-api'],
  claim: 'aud',
  paths: ['tenant'],
  seconds: 90,
  limit: 3600,
  required: 'role admin',
}

describe.each(CODES)('%s', (code) => {
  it.each<[string, RefusalDetails | undefined]>([
    ['with nothing to tell', undefined],
    ['with everything', FULL],
  ])('is explained in whole sentences %s', (_, details) => {
    const text = explain(new AuthError(code, details === undefined ? {} : { details }))
    expect(text).toMatch(new RegExp(`^${code}: [A-Z].*[.]$`))
    expect(text.replace('a token or undefined', '')).not.toMatch(/undefined|null|NaN|\[object|\s{2,}|[\r\n]/)
    expect(text.length).toBeLessThan(450)
  })
})

describe('explain names what to mend', () => {
  it.each<[string, object, object, readonly (string | RegExp)[]]>([
    [
      'the audience that was expected',
      { aud: 'other' },
      {},
      ['audience_mismatch', "'orders-api'", 'audience option'],
    ],
    [
      'the issuer that was expected',
      { iss: 'https://id.example.com/' },
      {},
      ["'https://id.example.com'", 'trailing slash'],
    ],
    ['how long ago it expired', { exp: NOW - 90, iat: undefined }, {}, ['expired 90 s ago', 'clocks']],
    [
      'how far in the future it begins',
      { nbf: NOW + 42 },
      {},
      ['nbf', '42 s in the future', 'clockTolerance'],
    ],
    ['how far in the future it was issued', { iat: NOW + 42 }, {}, ['iat', '42 s in the future']],
    ['how old it may be', { iat: NOW - 7200 }, {}, ['more than 3600 s ago', 'maxTokenAge']],
    ['the claim that is missing', { exp: undefined }, {}, ['no exp claim', 'requiredClaims']],
    ['the claim of the wrong type', { sub: 1 }, {}, ['claim sub has the wrong type']],
    [
      'which key ids are known',
      {},
      { kid: 'old' },
      ["names the key id 'old'", "'ec-1', 'rsa-1'", 'not published'],
    ],
    ['which algorithms are allowed', {}, { alg: 'ES384' }, ['algorithms option', "'ES256'"]],
    ['which types are allowed', {}, { typ: 'logout+jwt' }, ["'jwt', 'at+jwt'"]],
    ['what a bound token needs', { cnf: { jkt: 'x' } }, {}, ['cnf', 'proof']],
  ])('%s', async (_, claims, header, parts) => {
    const text = await explained(claims, header)
    for (const part of parts) expect(text).toMatch(part)
  })

  it('and no claim value', async () => {
    for (const claims of [
      { aud: 'canary' },
      { iss: 'canary' },
      { sub: ['canary'] },
      { scope: 'canary', exp: 0, iat: undefined },
    ]) {
      expect(await explained({ ...CLAIMS, ...claims })).not.toContain('canary')
    }
  })
})

describe('explain of other things', () => {
  it('tells a configuration error as it is', () => {
    expect(explain(new ConfigurationError('audience', 'is missing'))).toBe(
      'configuration_invalid: audience: is missing',
    )
  })
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'token_expired'],
    ['another error', new TypeError('x')],
    ['an error with another code', Object.assign(new Error('x'), { name: 'AuthError', code: 'E_OTHER' })],
    [
      'an error with a code of every object',
      Object.assign(new Error('x'), { name: 'AuthError', code: 'constructor' }),
    ],
    ['an object like one', { name: 'AuthError', code: 'token_expired' }],
  ])('says of %s that it is none of ours', (_, value) => {
    expect(explain(value)).toMatch(/^This is no refusal of Portcullis/)
  })
  it('explains an error of a second copy of the package, with or without its details', () => {
    const copy = Object.assign(new Error('x'), { name: 'AuthError', code: 'token_expired' })
    expect(explain(copy)).toMatch(/^token_expired: The token expired/)
    expect(explain(Object.assign(copy, { details: { seconds: 7 } }))).toMatch(/expired 7 s ago/)
  })
  it('reads a clock that tells no time', async () => {
    const error: unknown = await verifier({ clock: () => Number.NaN })(token()).catch(
      (thrown: unknown) => thrown,
    )
    expect(explain(error)).toMatch(/expired an unknown number of s ago/)
  })
  it('changes nothing of the error', async () => {
    const error: unknown = await verify(token({ aud: 'x' })).catch((thrown: unknown) => thrown)
    const before = inspect(error)
    explain(error)
    expect(inspect(error)).toBe(before)
  })
})
