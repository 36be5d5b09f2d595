import fc from 'fast-check'
import { Auth } from '../../src/claims/verified-token.js'
import { createAuthenticator } from '../../src/authenticator.js'
import { AuthError } from '../../src/outcome/auth-error.js'
import { createVerifier } from '../../src/verifier.js'
import {
  AUDIENCE,
  CLAIMS,
  encode,
  ISSUER,
  NOW,
  sealed,
  signSegments,
  verifier,
} from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { settings } from './settings.js'

const { sign, source } = keyOf('HS256')
const one = verifier({ keys: source })
const strict = verifier({ keys: source, profile: 'at+jwt', requiredClaims: ['tenant'], maxTokenAge: 600 })
const many = createVerifier({
  issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: source }],
  clock: () => NOW,
})
const all = [one, strict, many]

/** Values that are likely to mean something to somebody. */
const telling = fc.constantFrom<unknown>(
  ...[
    'HS256',
    'none',
    'JWT',
    'at+jwt',
    ISSUER,
    AUDIENCE,
    '',
    'constructor',
    '__proto__',
    '\ud800',
    'k',
    'x y',
  ],
  ...[
    NOW,
    NOW + 600,
    NOW - 600,
    0,
    -0,
    -1,
    1e308,
    2 ** 53,
    0.5,
    null,
    true,
    false,
    [],
    {},
    [AUDIENCE],
    [ISSUER],
  ],
)
const value = fc.oneof(telling, fc.jsonValue({ maxDepth: 3 }))
const name = fc.oneof(
  fc.constantFrom(
    ...[
      'alg',
      'kid',
      'typ',
      'cty',
      'crit',
      'b64',
      'zip',
      'jwk',
      'jku',
      'x5c',
      'iss',
      'aud',
      'exp',
      'nbf',
      'iat',
    ],
    ...[
      'sub',
      'jti',
      'client_id',
      'cnf',
      'scope',
      'roles',
      'tenant',
      'then',
      'toString',
      'constructor',
      'toJSON',
    ],
    ...['valueOf', 'hasOwnProperty', '__proto__', 'prototype', 'length', 'inspect', ''],
  ),
  fc.string({ maxLength: 8 }),
)
const object = fc.dictionary(name, value, { maxKeys: 8 })
/** Often right enough to come as far as the claims. */
const header = fc.oneof(
  object.map((members) => ({ ...members, alg: 'HS256' })),
  fc.constant({ alg: 'HS256' }),
  object,
  value,
)
const claims = fc.oneof(
  object.map((members) => ({ ...CLAIMS, ...members })),
  object,
  value,
)

describe('a token with any header and any claims, well signed', () => {
  it('is verified or refused, and nothing else', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(header, claims, async (head, body) => {
        const text = sealed(JSON.stringify(head), JSON.stringify(body), sign)
        for (const verify of all) seen.add(await outcomeOf(verify, text))
        expect(({} as Record<string, unknown>).admin).toBeUndefined()
      }),
      settings(120),
    )
    // The generator reaches what it is for.
    for (const answer of ['accepted', 'token_malformed', 'claim_invalid', 'claim_missing']) {
      expect(seen).toContain(answer)
    }
  })

  it('is verified with claims that hold, whatever else it claims', async () => {
    await fc.assert(
      fc.asyncProperty(object, async (members) => {
        const text = sealed({ alg: 'HS256' }, { ...members, ...CLAIMS }, sign)
        let verified: unknown
        try {
          verified = await one(text)
        } catch (error) {
          expect(error).toBeInstanceOf(AuthError)
          return
        }
        expect(Auth.is(verified)).toBe(true)
        const { claims: proven, subject } = verified as Auth
        expect([proven.iss, proven.aud, proven.exp, subject]).toEqual([
          ISSUER,
          AUDIENCE,
          CLAIMS.exp,
          CLAIMS.sub,
        ])
        expect(Object.isFrozen(proven)).toBe(true)
      }),
      settings(150),
    )
  })

  it('is verified or refused when its JSON is damaged', async () => {
    const damage = fc.tuple(
      fc.nat(),
      fc.nat(),
      fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '\0', 'e', '-', '\u00a0', '\ud800', '/*'),
    )
    await fc.assert(
      fc.asyncProperty(header, claims, damage, async (head, body, [place, cut, insert]) => {
        const spoil = (text: string) => {
          const at = place % (text.length + 1)
          return text.slice(0, at) + insert + text.slice(at + (cut % 4))
        }
        const whole = JSON.stringify(head)
        const texts = [
          sealed(spoil(whole), JSON.stringify(body), sign),
          sealed(whole, spoil(JSON.stringify(body)), sign),
        ]
        for (const text of texts) await outcomeOf(one, text)
      }),
      settings(150),
    )
  })

  it('is verified or refused whatever octets its segments hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 64 }),
        fc.uint8Array({ maxLength: 64 }),
        async (head, body) => {
          const octets = [Buffer.from(head), Buffer.from(body)].map(encode)
          await outcomeOf(one, signSegments(octets[0] ?? '', octets[1] ?? '', sign))
          await outcomeOf(one, signSegments(encode({ alg: 'HS256' }), octets[1] ?? '', sign))
        },
      ),
      settings(120),
    )
  })
})

describe('any text at all', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('.', 'A', '=', '-', '_', 'e', 'y', ' ', '~', '\0', 'é') }),
    fc.array(fc.base64String(), { maxLength: 5 }).map((parts) => parts.join('.')),
    fc.array(fc.json().map(encode), { maxLength: 5 }).map((parts) => parts.join('.')),
  )
  it('is refused as a token', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (any) => {
        for (const verify of all) expect(await outcomeOf(verify, any)).not.toBe('accepted')
      }),
      settings(120),
    )
  })
  it('is refused as a header, or is no bearer token', async () => {
    const authenticate = createAuthenticator({ issuer: ISSUER, audience: AUDIENCE, keys: source })
    const values = fc.array(
      fc.oneof(
        text,
        text.map((any) => `Bearer ${any}`),
      ),
      { maxLength: 2 },
    )
    await fc.assert(
      fc.asyncProperty(values, async (headers) => {
        const request = { method: 'GET', url: 'https://api.example.com/', header: () => headers }
        const error: unknown = await authenticate(request).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(AuthError)
        expect([400, 401]).toContain((error as AuthError).status)
        for (const told of Object.values((error as AuthError).headers)) expect(told).toMatch(/^[\x20-\x7e]*$/)
      }),
      settings(150),
    )
  })
  it('anything but a text is refused too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withTypedArray: true,
        }),
        async (any) => {
          fc.pre(typeof any !== 'string')
          expect(await outcomeOf(one, any)).toBe('token_malformed')
        },
      ),
      settings(120),
    )
  })
})
