import { randomBytes } from 'node:crypto'
import { createAuthenticator } from '../../src/authenticator.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { secret } from '../../src/keys/secret.js'
import { ConfigurationError } from '../../src/outcome/configuration-error.js'
import { explain } from '../../src/outcome/explain.js'
import { createVerifier } from '../../src/verifier.js'
import { AUDIENCE, ISSUER, KEY } from '../attacks/support/forge.js'

const right = { issuer: ISSUER, audience: AUDIENCE, keys: KEY.source }

function thrownBy(act: () => unknown): ConfigurationError {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return error as ConfigurationError
  }
  throw new Error('nothing was thrown')
}

/** Each option, ways to write it wrong, and what the message must say beside the name of the option. */
const WRONG: readonly (readonly [option: string, mend: RegExp, values: readonly unknown[]])[] = [
  [
    'issuer',
    /expects the exact issuer of the tokens, such as/,
    [undefined, null, '', 1, true, [ISSUER], {}, /.*/, new URL(ISSUER)],
  ],
  ['issuer', /white space at its beginning or end; remove it/, [`${ISSUER} `, `\n${ISSUER}`]],
  [
    'issuer',
    /plain http.*use https/,
    ['http://id.example.com', 'http://10.0.0.1', 'http://localhost.evil.example'],
  ],
  ['issuer', /expects an https URL/, ['ftp://id.example.com', 'file:///etc/passwd', 'javascript:alert(1)']],
  [
    'issuer',
    /user name or password in it; remove them/,
    ['https://user@id.example.com', 'https://:x@id.example.com'],
  ],
  ['issuer', /fragment .* remove it/, ['https://id.example.com#x']],
  ['issuer', /query .* remove it/, ['https://id.example.com?x=1']],
  ['audience', /is missing: name this service.*only null/, [undefined]],
  ['audience', /expects a string that is not empty/, ['', [''], [undefined], [null], [1], ['x', '']]],
  ['audience', /expects a list with at least one string/, [[], 1, true, {}, /.*/, { 0: 'x', length: 1 }]],
  ['audience', /names a value twice/, [['x', 'x']]],
  ['audience', /white space/, [' x', ['x', 'y\n']]],
  [
    'keys',
    /expects a key source: secret\(bytes/,
    [
      null,
      'secret',
      '',
      1,
      [],
      {},
      Buffer.alloc(32),
      KEY.publicJwk,
      { keys: [] },
      () => KEY,
      { find: 'x' },
      KEY.source.key,
    ],
  ],
  [
    'algorithms',
    /expects a list with at least one string/,
    [null, '', 'RS256', 'none', [], {}, true, new Set(['RS256'])],
  ],
  ['algorithms', /expects a string/, [[null], [undefined], [''], [['RS256']]]],
  [
    'algorithms',
    /not supported; supported are HS256/,
    [['none'], ['None'], ['ES256', 'none'], ['es256'], ['ES256K'], ['constructor'], ['RSA-OAEP'], ['*']],
  ],
  [
    'algorithms',
    /mixes HMAC with public-key algorithms/,
    [
      ['ES256', 'HS256'],
      ['HS512', 'RS256', 'ES256'],
    ],
  ],
  [
    'algorithms',
    /leaves none that the keys allow: the keys are for ES256/,
    [['RS256'], ['HS256'], ['ES384', 'ES512']],
  ],
  ['algorithms', /twice/, [['ES256', 'ES256']]],
  [
    'profile',
    /expects one of jwt, at\+jwt/,
    ['', 'JWT', 'at', 'id_token', 'constructor', 1, true, {}, ['jwt']],
  ],
  ['requiredClaims', /expects a list with at least one string/, [null, 'sub', [], {}, true]],
  ['requiredClaims', /expects a string/, [[''], [1], [null]]],
  ['expectedClaims', /expects an object, such as/, ['azp', 1, true, [], ['azp']]],
  [
    'clockTolerance',
    /expects a number of seconds from 0 to 300/,
    [null, -1, -0.001, 301, Number.NaN, Number.POSITIVE_INFINITY, '5', '5s', true, [], {}],
  ],
  [
    'maxTokenAge',
    /expects a number of seconds from 1/,
    [null, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1h', true],
  ],
  ['allowInsecureHttp', /expects true or false/, ['true', 1, null, {}]],
  [
    'schema',
    /expects a Standard Schema/,
    [null, 1, 'x', {}, () => true, { validate: () => true }, { '~standard': {} }, { '~standard': null }],
  ],
  [
    'maxTokenLength',
    /expects a whole number of characters from 256 to 1048576/,
    [null, 0, -1, 255, 1_048_577, 1000.5, Number.NaN, Number.POSITIVE_INFINITY, '16384'],
  ],
  ['paddedBase64url', /expects 'aws-alb'/, [null, true, false, '', 'alb', 'AWS-ALB', ['aws-alb'], {}]],
  [
    'cacheSize',
    /expects a whole number of tokens from 0 to 1000000/,
    [null, -1, 0.5, 1_000_001, Number.NaN, Number.POSITIVE_INFINITY, '10', true],
  ],
  ['clock', /expects a function that answers seconds since the epoch/, [null, 0, '0', {}, new Date()]],
  ['clock', /answers milliseconds; expects seconds/, [Date.now, () => 1_800_000_000_000]],
  [
    'realm',
    /printable ASCII characters without quotation marks/,
    [null, '', 1, 'a"b', 'a\\b', 'a\r\nX: 1', 'ü', 'x'.repeat(129), {}],
  ],
]

const rows = WRONG.flatMap(([option, mend, values]) => values.map((value) => [option, value, mend] as const))

describe('attacks 39, 43, 103, 116, 167: a wrong option is refused when the verifier is made', () => {
  it.each(rows)('%s: %p', (option, value, mend) => {
    const error = thrownBy(() => createVerifier({ ...right, [option]: value }))
    expect(error.option).toBe(option)
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(mend)
    expect(error.message.startsWith(`${option}: `)).toBe(true)
    // One line, which explain tells as it is.
    expect(error.message).not.toMatch(/[\r\n]/)
    expect(explain(error)).toBe(`configuration_invalid: ${error.message}`)
    // The authenticator of the adapters refuses it by the same words.
    expect(thrownBy(() => createAuthenticator({ ...right, [option]: value })).message).toBe(error.message)
  })

  it.each<[string, object, RegExp]>([
    ['expectedClaims.azp', { expectedClaims: { azp: [] } }, /at least one string/],
    ['expectedClaims.azp', { expectedClaims: { azp: 1 } }, /at least one string/],
    ['expectedClaims.azp', { expectedClaims: { azp: '' } }, /not empty/],
    ['claimPaths', { claimPaths: 'roles' }, /expects an object of options/],
    [
      'claimPaths.role',
      { claimPaths: { role: ['roles'] } },
      /is not an option of claimPaths; write roles instead/,
    ],
    ['claimPaths.roles', { claimPaths: { roles: 'a.b' } }, /expects a path as a list of member names/],
    ['claimPaths.roles', { claimPaths: { roles: [] } }, /expects a path of 1 to 8 member names/],
    ['claimPaths.roles', { claimPaths: { roles: [1] } }, /expects a string/],
  ])('%s: %p', (option, members, mend) => {
    const error = thrownBy(() => createVerifier({ ...right, ...members }))
    expect([error.option, error.message]).toEqual([option, expect.stringMatching(mend)])
  })

  it.each<[string, unknown]>([
    ['credentials', null],
    ['credentials', []],
    ['credentials', 'header'],
    ['credentials', [{}]],
    ['optional', 'false'],
    ['optional', 0],
    ['optional', null],
  ])('%s: %p', (option, value) => {
    // Null stands for the default of credentials, as it does nowhere else.
    if (option === 'credentials' && value === null) return
    const error = thrownBy(() => createAuthenticator({ ...right, [option]: value }))
    expect(error.option).toBe(option)
    expect(error.message).toMatch(/expects (?:authorizationHeader|true or false)/)
  })

  it('no keys, and an issuer that is no URL', () => {
    expect(() => createVerifier({ issuer: 'orders', audience: AUDIENCE })).toThrow(
      /^issuer: is no URL to discover keys from; use an https URL, or give the keys/,
    )
  })
  it.each([undefined, null, 1, 'options', [], () => right])('%p for all options', (options) => {
    expect(thrownBy(() => createVerifier(options as never)).message).toMatch(
      /^createVerifier\(\): expects an object of options/,
    )
  })
})

describe('the mistakes that the issue names', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'no audience',
      () => createVerifier({ issuer: ISSUER } as never),
      /^audience: is missing: name this service/,
    ],
    ['no issuer', () => createVerifier({ audience: AUDIENCE } as never), /^issuer: expects the exact issuer/],
    [
      'an http issuer',
      () => createVerifier({ issuer: 'http://id.example.com', audience: AUDIENCE }),
      /^issuer: is plain http/,
    ],
    [
      'a shared secret in a set of public keys',
      () => localJwks({ keys: [{ kty: 'oct', k: 'AAAA' }] }),
      /a shared secret by secret\(bytes, 'HS256'\)/,
    ],
    [
      'a shared secret under an algorithm with public keys',
      () =>
        createVerifier({ ...right, keys: secret(randomBytes(32), 'HS256'), algorithms: ['RS256'] } as never),
      /^algorithms: leaves none that the keys allow: the keys are for HS256/,
    ],
    [
      'an unknown option',
      () => createVerifier({ ...right, audiance: 'x' } as never),
      /^audiance: is not an option of createVerifier\(\); write audience instead/,
    ],
  ])('%s', (_, act, message) => {
    expect(thrownBy(act).message).toMatch(message)
  })
})

describe('attack 324: options that do not exist', () => {
  it.each<[string, RegExp]>([
    ['audiance', /write audience instead/],
    ['Audience', /write audience instead/],
    ['aud', /the options are issuer, audience/],
    ['algorithm', /write algorithms instead/],
    ['ignoreExpiration', /the options are/],
    ['verify', /the options are/],
    ['complete', /the options are/],
    ['maxAge', /the options are/],
    ['toleranz', /the options are/],
    ['clocktolerance', /write clockTolerance instead/],
    ['__proto__ ', /the options are/],
    ['', /the options are/],
  ])('%j', (name, mend) => {
    const error = thrownBy(() => createVerifier({ ...right, [name]: true }))
    expect(error.message).toMatch(/is not an option of createVerifier\(\)/)
    expect(error.message).toMatch(mend)
  })
  it('even where they are symbols, undefined or not enumerable', () => {
    expect(() => createVerifier({ ...right, [Symbol('x')]: 1 })).toThrow(/is not an option/)
    expect(() => createVerifier({ ...right, audiance: undefined } as never)).toThrow(/audiance/)
    const hidden = Object.defineProperty({ ...right }, 'audiance', { value: 'x', enumerable: false })
    expect(() => createVerifier(hidden)).toThrow(/audiance/)
  })
  it('in the options of an issuer among many', () => {
    const issuers = [{ ...right, audiance: 'x' }]
    expect(() => createVerifier({ issuers })).toThrow(/audiance/)
  })
})

describe('attack 325: the environment', () => {
  it('takes no part', () => {
    const names = [
      'AUDIENCE',
      'ISSUER',
      'ISSUER_BASE_URL',
      'JWKS_URI',
      'PORTCULLIS_AUDIENCE',
      'NODE_ENV',
      'NODE_TLS_REJECT_UNAUTHORIZED',
    ]
    const before = { ...process.env }
    try {
      for (const name of names)
        process.env[name] = name === 'NODE_ENV' ? 'development' : 'https://evil.example'
      expect(() => createVerifier({ issuer: ISSUER } as never)).toThrow(/^audience: is missing/)
      expect(() => createVerifier({ audience: AUDIENCE } as never)).toThrow(/^issuer: expects/)
      expect(() => createVerifier({ issuer: 'http://id.example.com', audience: AUDIENCE })).toThrow(
        /plain http/,
      )
    } finally {
      process.env = before
    }
  })
})
