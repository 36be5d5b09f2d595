import { createCipheriv, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { NOW, encode, sealed, segments, token, verifier } from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { boundToken, proof, withProof } from '../proof/support/dpop.js'
import { outcomeOf as outcomeOfRequest, refusalOf, service } from '../proof/support/requests.js'
import { DIR, encrypt, opening, RSA, SIGNED, WAYS } from './support.js'

describe('an encrypted token with a signed one inside', () => {
  const every = Object.entries(WAYS).flatMap(([name, way]) =>
    ['A256GCM', 'A128CBC-HS256'].map((enc) => [name, enc, way] as const),
  )
  it.each(every)('is let in: %s, %s', async (_, enc, way) => {
    expect(await outcomeOf(opening([way.key]), await encrypt(SIGNED, way, { enc }))).toBe('accepted')
  })

  it('says what the inner one says, and is itself what was sent', async () => {
    const sent = await encrypt(token({ roles: ['admin'] }, { kid: 'inner' }))
    const auth = await opening()(sent)
    expect(auth.subject).toBe('user-1')
    expect(auth.roles).toEqual(['admin'])
    expect(auth.header).toMatchObject({ alg: 'ES256', kid: 'inner' })
    expect(auth.token).toBe(sent)
  })

  it.each([
    ['JWT', 'JWT'],
    ['jwt', 'jwt'],
    ['application/at+jwt', 'application/at+jwt'],
    ['nothing', undefined],
  ])('may call its content %s', async (_, cty) => {
    expect(await outcomeOf(opening(), await encrypt(SIGNED, DIR, { cty }))).toBe('accepted')
  })

  it('is remembered, and dies at its time all the same', async () => {
    let now = NOW
    const verify = verifier({ decryption: { keys: [DIR.key] }, clock: () => now })
    const sent = await encrypt(token({ exp: NOW + 10 }))
    expect(await verify(sent)).toBe(await verify(sent))
    now = NOW + 15
    expect(await outcomeOf(verify, sent)).toBe('token_expired')
  })

  it('is bound by a proof over what was sent, not over what is inside', async () => {
    const inner = boundToken()
    const sent = await encrypt(inner)
    const authenticate = service({ dpop: 'required', decryption: { keys: [DIR.key] } })
    expect(await outcomeOfRequest(authenticate, withProof(proof({ token: sent }), sent))).toBe('accepted')
    expect(await outcomeOfRequest(authenticate, withProof(proof({ token: inner }), sent))).toBe(
      'dpop_proof_invalid',
    )
  })
})

describe('attack 11: decryption proves nothing about the sender', () => {
  const claims = JSON.stringify({
    iss: 'https://id.example.com',
    aud: 'orders-api',
    sub: 'admin',
    exp: NOW + 600,
  })
  const inside: Readonly<Record<string, readonly [plaintext: string, code: string]>> = {
    'claims without a signature': [claims, 'token_malformed'],
    'an unsecured token': [`${encode({ alg: 'none' })}.${encode(claims)}.`, 'token_malformed'],
    'alg none with some signature': [
      `${encode({ alg: 'none' })}.${encode(claims)}.AAAA`,
      'algorithm_not_allowed',
    ],
    'a token by a stranger': [token({}, {}, keyOf('ES256', 'stranger')), 'signature_invalid'],
    'an expired token': [token({ exp: 1, iat: 0 }), 'token_expired'],
    'a token for another audience': [token({ aud: 'billing-api' }), 'audience_mismatch'],
    'a token with another one inside': [sealed({ alg: 'ES256', cty: 'JWT' }, SIGNED), 'token_malformed'],
    'a proof': [proof(), 'token_type_not_allowed'],
    nothing: ['', 'token_malformed'],
    'a token with a line break': [`${SIGNED}\n`, 'token_malformed'],
    'a token and another': [`${SIGNED} ${SIGNED}`, 'token_malformed'],
    'a token in JSON': [JSON.stringify({ token: SIGNED }), 'token_malformed'],
  }
  it.each(Object.entries(inside))('%s is refused', async (_, [plaintext, code]) => {
    expect(await outcomeOf(opening([RSA.key]), await encrypt(plaintext, RSA))).toBe(code)
  })

  it('an encrypted token inside is not opened', async () => {
    expect(await outcomeOf(opening(), await encrypt(await encrypt(SIGNED)))).toBe('token_malformed')
  })

  it('octets beyond ASCII are not folded onto a token', async () => {
    const folded = Buffer.from(SIGNED, 'latin1')
    folded[0] = folded[0]! | 0x80
    expect(await outcomeOf(opening(), await encrypt(folded))).toBe('decryption_failed')
    expect(await outcomeOf(opening(), await encrypt(Buffer.from(SIGNED, 'utf16le')))).toBe('token_malformed')
  })

  it('replicated claims in the outer header count for nothing', async () => {
    const sent = await encrypt(token({ exp: 1, iat: 0 }), DIR, {
      iss: 'https://id.example.com',
      exp: NOW + 600,
      sub: 'admin',
    })
    expect(await outcomeOf(opening(), sent)).toBe('token_expired')
  })
})

describe('attacks 8 and 310: algorithms that are not on the list', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kw = createSecretKey(randomBytes(32))
  const others: Readonly<Record<string, () => Promise<string>>> = {
    'RSA-OAEP, with SHA-1': () => encrypt(SIGNED, { alg: 'RSA-OAEP', encryptTo: RSA.encryptTo }),
    'RSA-OAEP-512': () => encrypt(SIGNED, { alg: 'RSA-OAEP-512', encryptTo: RSA.encryptTo }),
    'ECDH-ES without key wrapping': () => encrypt(SIGNED, { alg: 'ECDH-ES', encryptTo: publicKey }),
    'ECDH-ES+A128KW': () => encrypt(SIGNED, { alg: 'ECDH-ES+A128KW', encryptTo: publicKey }),
    A256KW: () => encrypt(SIGNED, { alg: 'A256KW', encryptTo: kw }),
    A128GCMKW: () => encrypt(SIGNED, { alg: 'A128GCMKW', encryptTo: createSecretKey(randomBytes(16)) }),
    A192GCM: () => encrypt(SIGNED, RSA, { enc: 'A192GCM' }),
    'A256CBC-HS512': () => encrypt(SIGNED, RSA, { enc: 'A256CBC-HS512' }),
    A128GCM: () => encrypt(SIGNED, RSA, { enc: 'A128GCM' }),
  }
  it.each(Object.entries(others))('%s', async (_, make) => {
    expect(
      await outcomeOf(
        opening(
          Object.values(WAYS)
            .slice(0, 2)
            .map(({ key }) => key),
        ),
        await make(),
      ),
    ).toBe('decryption_failed')
  })

  const [header, , iv, content, tag] = ['', '', 'AAAAAAAAAAAAAAAA', 'AAAA', 'AAAAAAAAAAAAAAAAAAAAAA']
  const made = (protectedHeader: unknown, key = '') =>
    [header || encode(protectedHeader), key, iv, content, tag].join('.')
  it.each([
    [
      'PBES2 with endless rounds',
      made({ alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2c: 2 ** 31, p2s: 'AAAA' }, 'AAAA'),
    ],
    [
      'PBES2 with one round',
      made({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 1, p2s: 'AAAA' }, 'AAAA'),
    ],
    ['p2c beside an allowed one', made({ alg: 'dir', enc: 'A256GCM', p2c: 2 ** 31 })],
    ['RSA1_5', made({ alg: 'RSA1_5', enc: 'A128CBC-HS256' }, 'AAAA')],
    ['none', made({ alg: 'none', enc: 'A256GCM' })],
    ['a signature algorithm', made({ alg: 'ES256', enc: 'A256GCM' })],
    ['alg missing', made({ enc: 'A256GCM' })],
    ['enc missing', made({ alg: 'dir' })],
    ['alg a list', made({ alg: ['dir'], enc: 'A256GCM' })],
    ['enc a list', made({ alg: 'dir', enc: ['A256GCM'] })],
    ['a name of Object', made({ alg: 'constructor', enc: 'A256GCM' })],
    ['a header that is no object', made('[]')],
    ['a header with a member twice', made('{"alg":"dir","alg":"dir","enc":"A256GCM"}')],
    ['a header that is no JSON', made('{')],
    ['a kid that is a number', made({ alg: 'dir', enc: 'A256GCM', kid: 1 })],
    ['a cty that is none of a token', made({ alg: 'dir', enc: 'A256GCM', cty: 'text/plain' })],
    ['a cty that is a list', made({ alg: 'dir', enc: 'A256GCM', cty: ['JWT'] })],
  ])('%s', async (_, sent) => {
    expect(await outcomeOf(opening(), sent)).toBe('decryption_failed')
  })

  it.each([
    ['compression', { zip: 'DEF' }],
    ['compression by null', { zip: null }],
    ['a critical extension', { crit: ['exp'], exp: 1 }],
    ['an empty list of critical extensions', { crit: [] }],
    ['b64', { b64: true }],
    ['p2s', { p2s: 'AAAA' }],
  ])('%s, in a token that is good otherwise', async (_, more) => {
    expect(await outcomeOf(opening(), encryptedByHand(SIGNED, { alg: 'dir', enc: 'A256GCM', ...more }))).toBe(
      'decryption_failed',
    )
    expect(await outcomeOf(opening(), encryptedByHand(SIGNED, { alg: 'dir', enc: 'A256GCM', x: 1 }))).toBe(
      'accepted',
    )
  })
})

/** RFC 7516 section 5.1 for `dir` and A256GCM, whatever the header says. */
function encryptedByHand(plaintext: string, protectedHeader: object, tagLength = 16): string {
  const iv = randomBytes(12)
  const header = encode(protectedHeader)
  const cipher = createCipheriv('aes-256-gcm', DIR.key.key, iv).setAAD(Buffer.from(header))
  const content = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const tag = cipher.getAuthTag().subarray(0, tagLength)
  return [header, '', ...[iv, content, tag].map((octets) => octets.toString('base64url'))].join('.')
}

describe('attack 310: tampering', () => {
  const flip = (segment: string) => `${segment.startsWith('A') ? 'B' : 'A'}${segment.slice(1)}`
  for (const [name, way] of Object.entries({
    RSA,
    A256GCMKW: WAYS.A256GCMKW!,
    ECDH: WAYS['ECDH-ES+A256KW on P-256']!,
  })) {
    it.each([
      ['encrypted key', 1],
      ['initialisation vector', 2],
      ['content', 3],
      ['tag', 4],
    ])(`${name}: a changed %s`, async (_, at) => {
      const parts = (await encrypt(SIGNED, way)).split('.')
      parts[at] = flip(parts[at]!)
      expect(await outcomeOf(opening([way.key]), parts.join('.'))).toBe('decryption_failed')
    })
  }

  it('a changed header', async () => {
    const [header = '', ...rest] = (await encrypt(SIGNED)).split('.')
    const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
    const changed = [encode({ ...members, kid: 'other' }), ...rest].join('.')
    expect(await outcomeOf(opening(), changed)).toBe('decryption_failed')
  })

  it.each([0, 4, 8, 12, 15])('attack 299: a tag of %i octets', async (length) => {
    const sent = encryptedByHand(SIGNED, { alg: 'dir', enc: 'A256GCM' }, length)
    expect(await outcomeOf(opening(), sent)).toBe('decryption_failed')
  })

  it.each([
    ['padding', (sent: string) => `${sent}==`],
    ['a space inside', (sent: string) => sent.replace('..', '. .')],
    ['a line break behind', (sent: string) => `${sent}\n`],
    ['an encrypted key where there must be none', (sent: string) => sent.replace('..', '.AAAA.')],
    [
      'stray bits in the tag',
      (sent: string) => `${sent.slice(0, -1)}${String.fromCharCode(sent.charCodeAt(sent.length - 1) + 1)}`,
    ],
  ])('%s', async (_, change) => {
    expect(await outcomeOf(opening(), change(encryptedByHand(SIGNED, { alg: 'dir', enc: 'A256GCM' })))).toBe(
      'decryption_failed',
    )
  })

  it('attack 309: an ephemeral point that is not on the curve', async () => {
    const way = WAYS['ECDH-ES+A256KW on P-256']!
    const [header = '', ...rest] = (await encrypt(SIGNED, way)).split('.')
    const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as {
      epk: { x: string; y: string }
    }
    for (const epk of [
      { ...members.epk, y: members.epk.x },
      { ...members.epk, x: 'A'.repeat(43), y: 'A'.repeat(43) },
      { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) },
      undefined,
    ]) {
      const sent = [encode({ ...members, epk }), ...rest].join('.')
      expect(await outcomeOf(opening([way.key]), sent)).toBe('decryption_failed')
    }
  })

  it('attack 314: nothing tells from outside which part has failed', async () => {
    const authenticate = service({ decryption: { keys: [RSA.key] } })
    const [header, key = '', iv = '', content, tag] = (await encrypt(SIGNED, RSA)).split('.')
    const bad = [
      [header, flip(key), iv, content, tag].join('.'),
      [header, key, flip(iv), content, tag].join('.'),
      await encrypt(token({}, {}, keyOf('ES256', 'stranger')), RSA),
      SIGNED,
    ]
    const answers = await Promise.all(
      bad.map(async (sent) => {
        const error = await refusalOf(authenticate, { headers: { authorization: `Bearer ${sent}` } })
        return JSON.stringify([error.status, error.headers, error])
      }),
    )
    expect(new Set(answers).size).toBe(1)
  })
})

describe('attack 5: keys', () => {
  const second = createSecretKey(randomBytes(32))
  const named = (id: string, key = second) => ({ algorithm: 'dir', key, id }) as const

  it('another key of the same algorithm opens nothing', async () => {
    expect(await outcomeOf(opening([{ algorithm: 'dir', key: second }]), await encrypt(SIGNED))).toBe(
      'decryption_failed',
    )
  })

  it('a key of another algorithm is not tried', async () => {
    expect(
      await outcomeOf(opening([{ algorithm: 'A256GCMKW', key: DIR.key.key }]), await encrypt(SIGNED)),
    ).toBe('decryption_failed')
  })

  it('the id picks among several', async () => {
    const verify = opening([named('old'), named('new', DIR.key.key)])
    expect(await outcomeOf(verify, await encrypt(SIGNED, DIR, { kid: 'new' }))).toBe('accepted')
    expect(await outcomeOf(verify, await encrypt(SIGNED, DIR, { kid: 'old' }))).toBe('decryption_failed')
    expect(await outcomeOf(verify, await encrypt(SIGNED, DIR, { kid: 'other' }))).toBe('decryption_failed')
    expect(await outcomeOf(verify, await encrypt(SIGNED))).toBe('decryption_failed')
  })

  it('a key without an id serves whoever names none of the others', async () => {
    const verify = opening([DIR.key, named('new')])
    expect(await outcomeOf(verify, await encrypt(SIGNED, DIR, { kid: 'any' }))).toBe('accepted')
    const toSecond = await encrypt(SIGNED, { alg: 'dir', encryptTo: second }, { kid: 'new' })
    expect(await outcomeOf(verify, toSecond)).toBe('accepted')
    expect(await outcomeOf(verify, await encrypt(SIGNED))).toBe('decryption_failed')
  })

  it('one key is meant where no id is named', async () => {
    const verify = opening([named('only', DIR.key.key), RSA.key])
    expect(await outcomeOf(verify, await encrypt(SIGNED))).toBe('accepted')
    expect(await outcomeOf(verify, await encrypt(SIGNED, RSA))).toBe('accepted')
  })

  it('keys in the header are not looked at', async () => {
    const [header] = segments(await encrypt(SIGNED))
    const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
    const own = { kty: 'oct', k: second.export().toString('base64url') }
    const sent = await new CompactEncrypt(Buffer.from(SIGNED))
      .setProtectedHeader({
        ...members,
        alg: 'dir',
        enc: 'A256GCM',
        jwk: own,
        jku: 'https://evil.example',
      })
      .encrypt(second)
    expect(await outcomeOf(opening(), sent)).toBe('decryption_failed')
  })
})

describe('tokens that are not encrypted', () => {
  it('are refused by default', async () => {
    expect(await outcomeOf(opening(), SIGNED)).toBe('encryption_required')
    expect(await outcomeOf(opening([DIR.key], { required: true }), SIGNED)).toBe('encryption_required')
  })

  it('are let in where the user wrote that, and verified like all others', async () => {
    const verify = opening([DIR.key], { required: false })
    expect(await outcomeOf(verify, SIGNED)).toBe('accepted')
    expect(await outcomeOf(verify, await encrypt(SIGNED))).toBe('accepted')
    expect(await outcomeOf(verify, token({}, {}, keyOf('ES256', 'stranger')))).toBe('signature_invalid')
    expect(await outcomeOf(verify, 'garbage')).toBe('token_malformed')
  })

  it.each(['', '.', '....', '.....', 'a.b.c.d', 'a.b.c.d.e.f', '.'.repeat(10_000)])(
    'are no tokens at all: %j',
    async (sent) => {
      expect(['encryption_required', 'decryption_failed']).toContain(await outcomeOf(opening(), sent))
    },
  )
})

describe('without the option', () => {
  it('attack 8: an encrypted token is refused, and not looked into', async () => {
    expect(await outcomeOf(verifier(), await encrypt(SIGNED))).toBe('token_malformed')
  })
})

describe('attack 3: size', () => {
  it('what is too long is not decrypted', async () => {
    expect(await outcomeOf(opening(), `${await encrypt(SIGNED)}${'A'.repeat(16_384)}`)).toBe('token_too_long')
    expect(await outcomeOf(opening(), '.'.repeat(1_000_000))).toBe('token_too_long')
  })

  it('what is as long as allowed is', async () => {
    const sent = await encrypt(token({ filler: 'x'.repeat(8_000) }))
    expect(sent.length).toBeGreaterThan(14_000)
    expect(await outcomeOf(opening(), sent)).toBe('accepted')
    const strict = verifier({ decryption: { keys: [DIR.key] }, maxTokenLength: sent.length - 1 })
    expect(await outcomeOf(strict, sent)).toBe('token_too_long')
  })
})
