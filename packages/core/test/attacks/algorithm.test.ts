import { AuthError } from '../../src/outcome/auth-error.js'
import type { KeySource } from '../../src/keys/key-source.js'
import { jwk } from '../../src/keys/jwk.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { CLAIMS, encode, KEY, sealed, segments, token, verifier, withSignature } from './support/forge.js'
import { ALGORITHMS, ASYMMETRIC, keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'
import { accepts, refuses, type Tokens } from './support/tables.js'

const GOOD = token()
const [, payload, signature] = segments(GOOD)
const unsigned = (alg: unknown) => `${encode({ alg })}.${payload}.`
const withOld = (alg: unknown) => `${encode({ alg })}.${payload}.${signature}`
const named = (names: readonly unknown[], make: (name: unknown) => string): Tokens =>
  Object.fromEntries(names.map((name) => [JSON.stringify(name), make(name)]))

const NONE = [
  'none',
  'None',
  'NONE',
  'nOnE',
  'NonE',
  'none ',
  ' none',
  'none\0',
  'none\t',
  'none\n',
  'ｎone',
  'n0ne',
  '',
  'null',
  'undefined',
  'false',
  'NULL',
  'nоne',
]
refuses('attack 34: alg none without a signature', 'token_malformed', named(NONE, unsigned))
refuses('attack 35: alg none with the old signature', 'algorithm_not_allowed', named(NONE, withOld))
refuses('attack 35: alg none with a signature of zeros or ones', 'algorithm_not_allowed', {
  'of one octet': withSignature(withOld('none'), Buffer.alloc(1)),
  'of 32 octets': withSignature(withOld('none'), Buffer.alloc(32)),
  'good for the key': sealed({ alg: 'none' }, CLAIMS),
})

refuses('attack 36: no alg', 'token_malformed', {
  'left out': sealed({}, CLAIMS),
  'left out, with a type': sealed({ typ: 'JWT' }, CLAIMS),
  'in the claims only': sealed({ typ: 'JWT' }, { ...CLAIMS, alg: 'ES256' }),
  'within another member': sealed({ header: { alg: 'ES256' } }, CLAIMS),
  'under another name': sealed({ algorithm: 'ES256' }, CLAIMS),
})
refuses(
  'attack 37: alg that is no text',
  'token_malformed',
  named(
    [['ES256'], [], 256, 0, null, true, false, {}, { alg: 'ES256' }, { toString: 'ES256' }, [['ES256']]],
    (alg) => sealed({ alg }, CLAIMS),
  ),
)
refuses(
  'attacks 38 and 58: names of no algorithm of ours',
  'algorithm_not_allowed',
  named(
    [
      ...[
        'es256',
        'Es256',
        'eS256',
        ' ES256',
        'ES256 ',
        'ES256\0',
        'ES256\n',
        'ES 256',
        'ＥＳ256',
        'EЅ256',
        'ES-256',
        'ES256,HS256',
        'ES256 RS256',
      ],
      ...[
        'rs256',
        'Rs256',
        'RSA-SHA256',
        'RS256K',
        'RS2566',
        'RS25',
        'SHA256withRSA',
        'sha256',
        '1.2.840.113549.1.1.11',
        '1.2.840.10045.4.3.2',
      ],
      ...[
        'HS1',
        'RS1',
        'ES1',
        'PS1',
        'HS224',
        'ES224',
        'RS224',
        'HMD5',
        'MD5',
        'HS256/64',
        'ES256K',
        'ES256K1',
        'ESB256',
        'SM2',
        'ML-DSA-44',
      ],
      ...['Ed448', 'EdDSA448', 'EDDSA', 'eddsa', 'ed25519', 'ED25519', 'X25519'],
      ...[
        'RSA-OAEP',
        'RSA1_5',
        'RSA-OAEP-256',
        'dir',
        'A128KW',
        'A256GCM',
        'A256GCMKW',
        'ECDH-ES',
        'PBES2-HS256+A128KW',
      ],
      ...[
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        'valueOf',
        'prototype',
        '0',
        '*',
        'ES*',
        '.*',
        '../ES256',
        'any',
      ],
    ],
    (alg) => sealed({ alg }, CLAIMS),
  ),
)
refuses(
  'attack 38: the same where every key is at hand',
  'algorithm_not_allowed',
  named(['none', 'es256', 'ES256K', 'HS256', 'constructor'], (alg) =>
    sealed({ alg }, CLAIMS, keyOf('RS256').sign),
  ),
  verifier({ keys: jwk(keyOf('RS256').publicJwk) }),
)

describe.each(ALGORITHMS)('attacks 47, 48, 49 and 54: a verifier for %s', (allowed) => {
  const verify = verifier({ keys: keyOf(allowed).source })
  accepts('accepts it', { [allowed]: token({}, {}, keyOf(allowed)) }, verify)
  refuses(
    'refuses all others, whoever signed',
    'algorithm_not_allowed',
    Object.fromEntries(
      ALGORITHMS.filter((alg) => alg !== allowed).map((alg, index) => {
        const owner = index % 2 === 0 ? 'issuer' : 'stranger'
        return [`${alg}, signed by the ${owner}`, token({}, {}, keyOf(alg, owner))]
      }),
    ),
    verify,
  )
  refuses(
    'refuses its name over the signature of another',
    'signature_invalid',
    Object.fromEntries(
      // One algorithm under two names (RFC 9864): the signature is the same.
      ALGORITHMS.filter((alg) => alg !== allowed && !(/^Ed/.test(alg) && /^Ed/.test(allowed))).map((alg) => [
        alg,
        token({}, { alg: allowed }, keyOf(alg)),
      ]),
    ),
    verify,
  )
})

describe('attack 47: one RSA key without an algorithm', () => {
  const family = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const
  const keys = jwk(keyOf('RS256').publicJwk)
  it.each(family)('verifies %s, unless the algorithms option leaves it out', async (alg) => {
    for (const narrowed of family) {
      const answer = await outcomeOf(verifier({ keys, algorithms: [narrowed] }), token({}, {}, keyOf(alg)))
      expect(answer).toBe(alg === narrowed ? 'accepted' : 'algorithm_not_allowed')
    }
    expect(await outcomeOf(verifier({ keys }), token({}, {}, keyOf(alg)))).toBe('accepted')
  })
})

describe('attack 55: the two names of Ed25519', () => {
  const ed = keyOf('EdDSA')
  const other = keyOf('Ed25519')
  it('are distinct where the key says which', async () => {
    expect(
      await outcomeOf(verifier({ keys: jwk({ ...ed.publicJwk, alg: 'EdDSA' }) }), token({}, {}, other)),
    ).toBe('algorithm_not_allowed')
    expect(
      await outcomeOf(verifier({ keys: jwk({ ...ed.publicJwk, alg: 'Ed25519' }) }), token({}, {}, ed)),
    ).toBe('algorithm_not_allowed')
  })
  it('are both accepted where neither the key nor the options say which', async () => {
    for (const key of [ed, other]) {
      expect(await outcomeOf(verifier({ keys: jwk(ed.publicJwk) }), token({}, {}, key))).toBe('accepted')
    }
  })
})

describe('attack 49: a key id of a key of another type', () => {
  const keys = localJwks({
    keys: [
      { ...keyOf('RS256').publicJwk, kid: 'rsa' },
      { ...keyOf('ES256').publicJwk, kid: 'ec' },
      { ...keyOf('EdDSA').publicJwk, kid: 'ed' },
    ],
  })
  const by = (alg: 'RS256' | 'ES256' | 'EdDSA', kid: string) => token({}, { kid }, keyOf(alg))
  accepts(
    'the right ones',
    { rsa: by('RS256', 'rsa'), ec: by('ES256', 'ec'), ed: by('EdDSA', 'ed') },
    verifier({ keys }),
  )
  refuses(
    'all others',
    'algorithm_not_allowed',
    {
      'RSA by the id of EC': by('RS256', 'ec'),
      'RSA by the id of Ed25519': by('RS256', 'ed'),
      'EC by the id of RSA': by('ES256', 'rsa'),
      'EC by the id of Ed25519': by('ES256', 'ed'),
      'Ed25519 by the id of RSA': by('EdDSA', 'rsa'),
      'HMAC by the id of RSA': token({}, { kid: 'rsa' }, keyOf('HS256')),
    },
    verifier({ keys }),
  )
})

describe('attack 44: a key source that answers with no key', () => {
  const answering = (answer: unknown) => verifier({ keys: { find: () => answer } as KeySource })
  const answers: Readonly<Record<string, unknown>> = {
    'an empty string': '',
    text: 'secret',
    null: null,
    false: false,
    zero: 0,
    'an empty Buffer': Buffer.alloc(0),
    'a Buffer': Buffer.alloc(32, 1),
    'an empty list': [],
    'a list of a key': [KEY.source.key],
    'an object': {},
    'a JWK': KEY.publicJwk,
    'a KeyObject': KEY.material,
    'a key source': KEY.source,
    'an object like a key': { id: undefined, algorithms: ['ES256', 'HS256'] },
    'an object with the prototype of a key': Object.create(
      Object.getPrototypeOf(KEY.source.key) as object,
    ) as unknown,
    'a copy of a key': Object.assign({}, KEY.source.key),
    true: true,
  }
  const made = ['ES256', 'HS256', 'none'].map((alg) => sealed({ alg }, CLAIMS))
  it.each(Object.entries(answers))('%s', async (_, answer) => {
    for (const given of [answer, Promise.resolve(answer)]) {
      expect(await outcomeOf(answering(given), GOOD)).toBe('keys_unavailable')
      for (const text of made.slice(1)) expect(await outcomeOf(answering(given), text)).not.toBe('accepted')
    }
  })
  it('undefined says that there is none', async () => {
    expect(await outcomeOf(answering(undefined), GOOD)).toBe('key_unknown')
    expect(await outcomeOf(answering(Promise.resolve()), GOOD)).toBe('key_unknown')
  })
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('down'))],
    [
      'answers with a thenable that throws',
      () => ({
        then: () => {
          throw new Error('down')
        },
      }),
    ],
  ])('one that %s is an outage', async (_, find) => {
    expect(await outcomeOf(verifier({ keys: { find } as KeySource }), GOOD)).toBe('keys_unavailable')
  })
  it('a refusal of its own is the refusal', async () => {
    const find = () => {
      throw new AuthError('issuer_not_trusted')
    }
    expect(await outcomeOf(verifier({ keys: { find } }), GOOD)).toBe('issuer_not_trusted')
  })
  it('is given no claim, and a header that it cannot change (attack 45)', async () => {
    const seen: unknown[][] = []
    const keys: KeySource = {
      find(...given: unknown[]) {
        seen.push(given)
        return KEY.source.key
      },
    }
    expect(await outcomeOf(verifier({ keys }), token({}, { kid: 'k' }))).toBe('accepted')
    expect(seen).toEqual([[{ alg: 'ES256', kid: 'k' }]])
    expect(Object.isFrozen(seen[0]?.[0])).toBe(true)
  })
})

describe('attack 82: the key of another', () => {
  it.each(ASYMMETRIC)('%s', async (alg) => {
    const stranger = token({}, {}, keyOf(alg, 'stranger'))
    expect(await outcomeOf(verifier({ keys: keyOf(alg).source }), stranger)).toBe('signature_invalid')
  })
})
