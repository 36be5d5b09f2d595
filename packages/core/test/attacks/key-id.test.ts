import { createHmac } from 'node:crypto'
import { AuthError } from '../../src/outcome/auth-error.js'
import { explain } from '../../src/outcome/explain.js'
import { jwk } from '../../src/keys/jwk.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { CLAIMS, KEY, sealed, token, verifier } from './support/forge.js'
import { keyOf } from './support/keys.js'
import { everythingOf } from './support/outcome-of.js'
import { accepts, refuses } from './support/tables.js'

const evil = keyOf('ES256', 'stranger')
const rsa = { ...keyOf('RS256').publicJwk, kid: 'rsa-1' }
const ec = { ...KEY.publicJwk, kid: 'ec-1' }
const inSet = verifier({ keys: localJwks({ keys: [rsa, ec] }) })

const TRICKS = [
  ...[
    '../../../../dev/null',
    '/dev/null',
    'file:///dev/null',
    '..\\..\\nul',
    './ec-1',
    'ec-1/../ec-1',
    '../ec-1',
  ],
  ...[
    "x' UNION SELECT '1';--",
    "' OR '1'='1",
    'ec-1"; DROP TABLE keys',
    '| sleep 10',
    '$(id)',
    '`id`',
    '${jndi:ldap://x}',
    '{{7*7}}',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'keys',
    'length',
    'kid',
    '0',
    '1',
    '-1',
    '*',
    '.*',
    'ec-*',
  ],
  ...[
    'EC-1',
    'Ec-1',
    ' ec-1',
    'ec-1 ',
    'ec-1\0',
    '\0ec-1',
    'ec-1\n',
    'ec-1\r\nX-Evil: 1',
    'ec-1%00',
    'ec%2d1',
    'ec-1\u200b',
    'ec‑1',
    'ｅc-1',
    'ec-10',
    'ec-',
    'c-1',
    'ec-1,rsa-1',
    '["ec-1"]',
  ],
  ...['', 'null', 'undefined', 'none', 'true', '\u001b[31mred', '<script>', '\ud800', '😀', 'a'.repeat(256)],
]

describe.each(TRICKS)('attacks 65 and 66: the key id %j', (kid) => {
  const empty = (input: string) => createHmac('sha256', '').update(input).digest()
  refuses(
    'names no key',
    'key_unknown',
    {
      'of HMAC with an empty key': sealed({ alg: 'HS256', kid }, CLAIMS, empty),
      'of HMAC with the id for a key': sealed({ alg: 'HS256', kid }, CLAIMS, (input) =>
        createHmac('sha256', kid).update(input).digest(),
      ),
      'of a stranger': token({}, { kid }, evil),
      'of ours, which signed': token({}, { kid }),
      'of the other of ours': token({}, { kid }, keyOf('RS256')),
    },
    inSet,
  )
})

describe('attack 67: a key id that is meant for a log', () => {
  it.each(TRICKS)('%j is escaped', async (kid) => {
    const error = (await inSet(token({}, { kid })).catch((thrown: unknown) => thrown)) as AuthError
    expect(error).toBeInstanceOf(AuthError)
    const told = [
      error.details.keyId,
      explain(error),
      JSON.stringify(error.headers),
      JSON.stringify(error),
    ].join(' ')
    expect(told).toMatch(/^[\x20-\x7e]*$/)
    expect(told).not.toMatch(/\$\{|\r|\n/)
    expect(JSON.stringify([error, error.headers, error.message])).not.toContain(
      kid.length > 8 ? kid.slice(0, 8) : '\0',
    )
    expect(explain(error).length).toBeLessThan(500)
  })
  it('is cut', async () => {
    const error = (await inSet(token({}, { kid: 'a'.repeat(256) })).catch(
      (thrown: unknown) => thrown,
    )) as AuthError
    expect(everythingOf(error)).not.toContain('a'.repeat(80))
  })
})

refuses(
  'attack 69: a key id that is no text',
  'token_malformed',
  Object.fromEntries(
    Object.entries({
      number: 1,
      zero: 0,
      null: null,
      list: ['ec-1'],
      'empty list': [],
      object: {},
      'object like text': { toString: 'ec-1' },
      true: true,
      false: false,
    }).map(([name, kid]) => [name, token({}, { kid })]),
  ),
  inSet,
)

describe('attack 64: no key id', () => {
  const two = localJwks({ keys: [ec, { ...evil.publicJwk, kid: 'ec-2' }] })
  accepts('is accepted where one key fits the algorithm', { 'of two types': token() }, inSet)
  accepts(
    'is accepted where there is one key',
    { 'with an id': token() },
    verifier({ keys: localJwks({ keys: [ec] }) }),
  )
  refuses(
    'is refused where several fit',
    'key_unknown',
    { 'the first': token(), 'the second': token({}, {}, evil) },
    verifier({ keys: two }),
  )
  refuses(
    'is refused where none fits',
    'key_unknown',
    { 'another type': token({}, {}, keyOf('EdDSA')) },
    inSet,
  )
})

describe('a single key', () => {
  const other = token({}, { kid: 'other' })
  accepts(
    'that has no id is meant by every token',
    { 'with an id': other, without: token() },
    verifier({ keys: jwk(KEY.publicJwk) }),
  )
  accepts(
    'that has an id is meant by it, or by none',
    { 'with it': token({}, { kid: 'ec-1' }), without: token() },
    verifier({ keys: jwk(ec) }),
  )
  refuses(
    'that has an id is not meant by another one',
    'key_unknown',
    { another: other, 'an empty one': token({}, { kid: '' }) },
    verifier({ keys: jwk(ec) }),
  )
})

describe('attack 178: two keys under one id', () => {
  const twins = [ec, { ...evil.publicJwk, kid: 'ec-1' }]
  const keys = localJwks({ keys: [...twins, rsa] })
  refuses(
    'are both left out',
    'key_unknown',
    { 'the first': token({}, { kid: 'ec-1' }), 'the second': token({}, { kid: 'ec-1' }, evil) },
    verifier({ keys }),
  )
  accepts(
    'do not concern others',
    { 'by its id': token({}, { kid: 'rsa-1' }, keyOf('RS256')) },
    verifier({ keys }),
  )
  it('are a wrong configuration where there is nothing else', () => {
    expect(() => localJwks({ keys: twins })).toThrow(/no usable key: key 0 has the same key id and algorithm/)
  })
  const families = localJwks({
    keys: [
      { ...ec, kid: 'same' },
      { ...rsa, kid: 'same' },
    ],
  })
  accepts(
    'are told apart by the algorithm',
    { EC: token({}, { kid: 'same' }), RSA: token({}, { kid: 'same' }, keyOf('RS256')) },
    verifier({ keys: families }),
  )
})

describe('attacks 175, 176 and 179: sets that are none', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['keys that are null', { keys: null }],
    ['keys that are an object', { keys: { 0: ec } }],
    ['keys that are text', { keys: JSON.stringify([ec]) }],
    ['a list', [ec]],
    ['text', JSON.stringify({ keys: [ec] })],
    ['inherited keys', Object.create({ keys: [ec] }) as unknown],
    ['too many keys', { keys: Array.from({ length: 1001 }, () => ec) }],
  ])('%s', (_, set) => {
    expect(() => localJwks(set as never)).toThrow(/^localJwks\(\): (?:is not a JWKS|has more than 1000 keys)/)
  })
  it('an empty one', () => {
    expect(() => localJwks({ keys: [] })).toThrow('localJwks(): has no usable key')
  })
  accepts(
    'leave out what cannot be used',
    { 'the good one': token({}, { kid: 'ec-1' }) },
    verifier({
      keys: localJwks({
        keys: [
          null,
          1,
          'x',
          [],
          {},
          { kty: 'XYZ' },
          { kty: 'EC', crv: 'P-999' },
          { ...rsa, use: 'enc' },
          ec,
        ] as object[],
      }),
    }),
  )
})
