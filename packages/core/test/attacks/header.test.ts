import dns from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'
import { jwk } from '../../src/keys/jwk.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { CLAIMS, KEY, sealed, token, verifier } from './support/forge.js'
import { keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'
import { accepts, refuses } from './support/tables.js'

const evil = keyOf('ES256', 'stranger')
const evilRsa = keyOf('RS256', 'stranger')
const keys = localJwks({ keys: [{ ...KEY.publicJwk, kid: 'good' }] })
const inSet = verifier({ keys })
const by = (header: object) => token({}, header, evil)

describe('attack 59: a key in the header', () => {
  const embedded = {
    'the stranger’s, with the id of ours': by({ kid: 'good', jwk: evil.publicJwk }),
    'the stranger’s, with our id inside': by({ kid: 'good', jwk: { ...evil.publicJwk, kid: 'good' } }),
    'the stranger’s, without an id': by({ jwk: evil.publicJwk }),
    'the stranger’s private key': by({ kid: 'good', jwk: evil.material.export({ format: 'jwk' }) }),
  }
  refuses('does not verify', 'signature_invalid', embedded, inSet)
  refuses(
    'does not verify by a single key',
    'signature_invalid',
    embedded,
    verifier({ keys: jwk(KEY.publicJwk) }),
  )
  refuses(
    'is not found by its own id',
    'key_unknown',
    { 'another id': by({ kid: 'evil', jwk: { ...evil.publicJwk, kid: 'evil' } }) },
    inSet,
  )
  refuses(
    'brings no algorithm',
    'algorithm_not_allowed',
    {
      RSA: token({}, { kid: 'good', jwk: evilRsa.publicJwk }, evilRsa),
      'a shared secret': token({}, { kid: 'good', jwk: { kty: 'oct', k: 'AAAA' } }, keyOf('HS256')),
    },
    inSet,
  )
  accepts(
    'does no harm where our own key signed',
    {
      'the stranger’s': token({}, { kid: 'good', jwk: evil.publicJwk }),
      ours: token({}, { kid: 'good', jwk: KEY.publicJwk }),
      nonsense: token({}, { kid: 'good', jwk: 'x' }),
    },
    inSet,
  )
})

/** Places where a key could lie, all of them the stranger's choice. */
const PLACES = [
  'http://127.0.0.1:9/jwks',
  'http://localhost:9/jwks',
  'http://[::1]:9/jwks',
  'http://169.254.169.254/latest/meta-data',
  'https://evil.example/jwks.json',
  'https://id.example.com@evil.example/jwks',
  'https://id.example.com.evil.example/jwks',
  'https://id.example.com/redirect?to=https://evil.example/jwks',
  'https://id.example.com/../../jwks',
  '//evil.example/jwks',
  'file:///etc/passwd',
  'file:///dev/random',
  'gopher://127.0.0.1:9/x',
  'ftp://evil.example/jwks',
  'data:application/json,{"keys":[]}',
  'javascript:alert(1)',
  '/dev/stdin',
  '',
]

describe('attacks 60, 61 and 63: a header that names a place', () => {
  const touched = jest.fn()
  const doors: readonly (readonly [object, string])[] = [
    ...(['request', 'get'] as const).flatMap((name) => [[http, name] as const, [https, name] as const]),
    ...(['connect', 'createConnection'] as const).map((name) => [net, name] as const),
    [net.Socket.prototype, 'connect'],
    [tls, 'connect'],
    [dns, 'lookup'],
    [globalThis, 'fetch'],
    ...(['readFile', 'readFileSync', 'open', 'openSync', 'createReadStream'] as const).map(
      (name) => [fs, name] as const,
    ),
    [fs.promises, 'readFile'],
  ]
  beforeEach(() => {
    touched.mockClear()
    for (const [owner, name] of doors) {
      jest.spyOn(owner as Record<string, () => unknown>, name).mockImplementation(() => {
        touched(name)
        throw new Error('nothing may be asked')
      })
    }
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })

  it('would notice', () => {
    expect(() => http.get('http://127.0.0.1:9')).toThrow('nothing may be asked')
    expect(touched).toHaveBeenCalledWith('get')
  })
  it.each(PLACES)('%j is never visited', async (place) => {
    for (const name of ['jku', 'x5u']) {
      const unknown = await outcomeOf(inSet, by({ kid: 'evil', [name]: place }))
      const known = await outcomeOf(inSet, by({ kid: 'good', [name]: place }))
      const ours = await outcomeOf(inSet, token({}, { kid: 'good', [name]: place }))
      expect([unknown, known, ours]).toEqual(['key_unknown', 'signature_invalid', 'accepted'])
    }
    expect(touched).not.toHaveBeenCalled()
  })
  it('no claim is visited either', async () => {
    for (const claim of ['jku', 'jwks_uri', 'iss', 'aud', 'sub', 'cnf', 'sub_jwk', 'webpage']) {
      await outcomeOf(inSet, token({ [claim]: PLACES[0] }, { kid: 'good' }))
    }
    expect(touched).not.toHaveBeenCalled()
  })
})

describe('attack 62: certificates in the header', () => {
  const chains: readonly unknown[] = [
    ['garbage'],
    [],
    'garbage',
    null,
    [evil.publicJwk],
    ['AAAA', 'BBBB'],
    { 0: 'AAAA' },
  ]
  it.each(chains.map((x5c) => [JSON.stringify(x5c).slice(0, 30), x5c] as const))(
    '%s is ignored',
    async (_, x5c) => {
      const header = { kid: 'good', x5c, x5t: 'AAAA', 'x5t#S256': 'AAAA' }
      expect(await outcomeOf(inSet, by(header))).toBe('signature_invalid')
      expect(await outcomeOf(inSet, token({}, header))).toBe('accepted')
    },
  )
})

describe('attacks 71 and 72: what is called critical', () => {
  const critical: Readonly<Record<string, object>> = {
    'an unknown extension': { crit: ['x'], x: 1 },
    'an extension that is not there': { crit: ['x'] },
    'a registered claim': { crit: ['exp'], exp: 1 },
    'a confirmation': { crit: ['cnf'], cnf: {} },
    'a standard member': { crit: ['alg'] },
    'the key id': { crit: ['kid'], kid: 'good' },
    'the type': { crit: ['typ'], typ: 'JWT' },
    itself: { crit: ['crit'] },
    nothing: { crit: [] },
    text: { crit: 'x', x: 1 },
    'the text b64': { crit: 'b64', b64: true },
    'a number': { crit: [1] },
    'an empty name': { crit: [''], '': 1 },
    null: { crit: null },
    false: { crit: false },
    'an object': { crit: { 0: 'x', length: 1 } },
    'a list in a list': { crit: [['x']] },
    'twice the same': { crit: ['x', 'x'], x: 1 },
    'a member of every object': { crit: ['constructor'] },
    'another one': { crit: ['toString', 'hasOwnProperty'] },
    'the prototype': { crit: ['__proto__'] },
    'b64, which is false': { crit: ['b64'], b64: false },
    'b64, which is true': { crit: ['b64'], b64: true },
    'b64, which is missing': { crit: ['b64'] },
    'http signatures': { crit: ['http://example.com/UNDEFINED'], 'http://example.com/UNDEFINED': true },
  }
  refuses(
    'is refused, signed as it is',
    'critical_header_unsupported',
    Object.fromEntries(Object.entries(critical).map(([name, members]) => [name, token({}, members)])),
  )
  refuses('b64 alone is refused too', 'critical_header_unsupported', {
    false: token({}, { b64: false }),
    true: token({}, { b64: true }),
    null: token({}, { b64: null }),
    'a text': token({}, { b64: 'false' }),
  })
  const raw = JSON.stringify(CLAIMS).replaceAll('.', '')
  refuses('a payload that is not encoded', 'critical_header_unsupported', {
    'with b64': `${Buffer.from('{"alg":"ES256","b64":false,"crit":["b64"]}').toString('base64url')}.${raw}.AAAA`,
  })
  accepts('names that are not it', {
    Crit: token({}, { Crit: ['x'], CRIT: [] }),
    'in the claims': token({ crit: ['x'], b64: false }),
  })
})

describe('attacks 9, 73 and 75: what a payload is said to be', () => {
  refuses('compressed', 'token_malformed', {
    DEF: token({}, { zip: 'DEF' }),
    'something else': token({}, { zip: 'GZIP' }),
    nothing: token({}, { zip: '' }),
    null: token({}, { zip: null }),
    really: sealed({ alg: 'ES256', zip: 'DEF' }, Buffer.from('789cab564a2c2d5', 'hex')),
  })
  refuses(
    'a token',
    'token_malformed',
    Object.fromEntries(
      [
        'JWT',
        'jwt',
        'application/jwt',
        'application/JWT',
        'at+jwt',
        'application/at+jwt',
        'dpop+jwt',
        'secevent+JWT',
      ].map((cty) => [cty, token({}, { cty })]),
    ),
  )
  refuses('of the wrong type', 'token_malformed', {
    'a list': token({}, { cty: ['JWT'] }),
    null: token({}, { cty: null }),
    'a number': token({}, { cty: 1 }),
    'an object': token({}, { cty: {} }),
  })
  accepts('anything else', {
    JSON: token({}, { cty: 'json' }),
    'JSON in full': token({}, { cty: 'application/json' }),
    'a word': token({}, { cty: 'claims' }),
    'something like it': token({}, { cty: 'jwt-claims' }),
  })
})
