import type { Claims } from '../../src/claims/claims.js'
import type { JwsHeader } from '../../src/jose/jws-header.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import type { KeySource } from '../../src/keys/key-source.js'
import { createVerifier } from '../../src/verifier.js'
import {
  CLAIMS,
  ISSUER,
  KEY,
  NOW,
  segments,
  signatureOf,
  token,
  verifier,
  withSignature,
} from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { numberOf, octetsOf } from '../attacks/support/big-endian.js'

/** How often a key was asked for. */
function counting(source: KeySource) {
  let asked = 0
  const keys: KeySource = {
    find(header) {
      asked++
      return source.find(header)
    },
  }
  return { keys, asked: () => asked }
}

describe('attack 198: a token that dies while it is remembered', () => {
  it.each([
    ['at exp and tolerance', {}, { exp: NOW + 10 }, 15],
    ['at exp, without tolerance', { clockTolerance: 0 }, { exp: NOW + 10 }, 10],
    ['with a fraction', { clockTolerance: 0 }, { exp: NOW + 10.5 }, 10.5],
  ])('is refused from that second on, %s', async (_, options, claims, end) => {
    let now = NOW
    const verify = verifier({ clock: () => now, ...options })
    const one = token(claims)
    expect(await outcomeOf(verify, one)).toBe('accepted')
    now = NOW + end - 0.001
    expect(await outcomeOf(verify, one)).toBe('accepted')
    now = NOW + end
    expect(await outcomeOf(verify, one)).toBe('token_expired')
    now = NOW + end + 1000
    expect(await outcomeOf(verify, one)).toBe('token_expired')
  })

  it('is refused when it has become too old', async () => {
    let now = NOW
    const verify = verifier({ clock: () => now, maxTokenAge: 100, clockTolerance: 0 })
    const one = token({ iat: NOW - 60 })
    expect(await outcomeOf(verify, one)).toBe('accepted')
    now = NOW + 40
    expect(await outcomeOf(verify, one)).toBe('accepted')
    now = NOW + 40.001
    expect(await outcomeOf(verify, one)).toBe('token_too_old')
  })

  it('is not valid yet again when the clock is set back', async () => {
    let now = NOW
    const verify = verifier({ clock: () => now })
    const one = token({ nbf: NOW - 10 })
    expect(await outcomeOf(verify, one)).toBe('accepted')
    now = NOW - 16
    expect(await outcomeOf(verify, one)).toBe('token_not_yet_valid')
    now = NOW - 15
    expect(await outcomeOf(verify, one)).toBe('accepted')
  })

  it('is refused by a clock that answers no number', async () => {
    let now = NOW
    const verify = verifier({ clock: () => now })
    const one = token()
    expect(await outcomeOf(verify, one)).toBe('accepted')
    now = Number.NaN
    expect(await outcomeOf(verify, one)).not.toBe('accepted')
  })
})

describe('attack 199: a key that loses its trust while its token is remembered', () => {
  const rotating = () => {
    let source: KeySource = KEY.source
    return {
      keys: { find: (header: never) => source.find(header) } as KeySource,
      become: (other: KeySource) => (source = other),
    }
  }

  it('is not believed any more when it is gone', async () => {
    const { keys, become } = rotating()
    const verify = verifier({ keys })
    const one = token()
    expect(await outcomeOf(verify, one)).toBe('accepted')
    become({ find: () => undefined })
    expect(await outcomeOf(verify, one)).toBe('key_unknown')
  })

  it('is not believed any more when another key has its id', async () => {
    const { keys, become } = rotating()
    const named = (owner: string) =>
      localJwks({ keys: [{ ...keyOf('ES256', owner).publicJwk, kid: 'same' }] })
    become(named('issuer'))
    const verify = verifier({ keys })
    const one = token({}, { kid: 'same' })
    expect(await outcomeOf(verify, one)).toBe('accepted')
    become(named('stranger'))
    expect(await outcomeOf(verify, one)).toBe('signature_invalid')
    become(named('issuer'))
    expect(await outcomeOf(verify, one)).toBe('accepted')
  })

  it('is an outage when keys cannot be had', async () => {
    const { keys, become } = rotating()
    const verify = verifier({ keys })
    const one = token()
    expect(await outcomeOf(verify, one)).toBe('accepted')
    become({ find: () => Promise.reject(new Error('gone')) })
    expect(await outcomeOf(verify, one)).toBe('keys_unavailable')
  })

  it('is looked up for each request', async () => {
    const { keys, asked } = counting(KEY.source)
    const verify = verifier({ keys })
    const one = token()
    for (let times = 0; times < 5; times++) await verify(one)
    expect(asked()).toBe(5)
  })
})

describe('attack 202: what is returned is shared', () => {
  it('and frozen at every depth', async () => {
    const verify = verifier()
    const one = token({ realm_access: { roles: ['user'] }, roles: ['user'] })
    const auth = await verify(one)
    const claims = auth.claims as unknown as {
      realm_access: { roles: string[] }
      roles: string[]
      sub: string
    }
    for (const mutate of [
      () => claims.realm_access.roles.push('admin'),
      () => claims.roles.push('admin'),
      () => (claims.sub = 'admin'),
      () => Object.assign(claims, { admin: true }),
      () => Object.assign(auth, { subject: 'admin' }),
      () => Object.assign(auth.header, { kid: 'other' }),
    ]) {
      expect(mutate).toThrow(TypeError)
    }
    const again = await verify(one)
    expect(again.claims).toEqual({ ...CLAIMS, realm_access: { roles: ['user'] }, roles: ['user'] })
    expect(again.roles).toEqual(['user'])
  })

  it('but for lists, which are made anew', async () => {
    const verify = verifier()
    const one = token({ roles: ['user'], scope: 'read' })
    const auth = await verify(one)
    ;(auth.roles as string[]).push('admin')
    ;(auth.scopes as string[]).push('admin')
    expect(auth.roles).toEqual(['user'])
    expect((await verify(one)).scopes).toEqual(['read'])
  })

  it('and frozen as well when a schema has made it', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { list: [{ deep: 1 }] } }) },
    } as const
    const auth = await verifier({ schema: schema as never })(token())
    const { list } = auth.claims as unknown as { list: [{ deep: number }] }
    expect(() => (list[0].deep = 2)).toThrow(TypeError)
  })
})

describe('attacks 197 and 203: one text is one entry', () => {
  const good = token()
  const [header, payload, signature] = segments(good)

  it.each([
    [
      'another payload under a known signature',
      `${header}.${segments(token({ sub: 'admin' }))[1]}.${signature}`,
      'signature_invalid',
    ],
    [
      'another header under a known signature',
      `${segments(token({}, { kid: 'x' }))[0]}.${payload}.${signature}`,
      'signature_invalid',
    ],
    [
      'stray bits in the last character',
      `${good.slice(0, -1)}${String.fromCharCode(good.charCodeAt(good.length - 1) + 1)}`,
      'token_malformed',
    ],
    ['padding', `${good}==`, 'token_malformed'],
    ['a space behind', `${good} `, 'token_malformed'],
  ])('%s is not what is remembered', async (_, alias, code) => {
    const verify = verifier()
    expect(await outcomeOf(verify, good)).toBe('accepted')
    expect(await outcomeOf(verify, alias)).toBe(code)
    expect(await outcomeOf(verify, good)).toBe('accepted')
  })

  it('attack 83: the mirrored signature is a signature, and an entry of its own', async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const [r, s] = [signatureOf(good).subarray(0, 32), signatureOf(good).subarray(32)]
    const mirrored = withSignature(good, Buffer.concat([r, octetsOf(order - numberOf(s), 32)]))
    const verify = verifier()
    expect(await outcomeOf(verify, good)).toBe('accepted')
    expect(await outcomeOf(verify, mirrored)).toBe('accepted')
    const revoked = verifier({ revocation: { isRevoked: () => true } })
    expect(await outcomeOf(revoked, mirrored)).toBe('token_revoked')
  })
})

describe('attack 201: refusals are not remembered', () => {
  it('a token that becomes valid is let in at its time', async () => {
    let now = NOW
    const verify = verifier({ clock: () => now })
    const one = token({ nbf: NOW + 100 })
    expect(await outcomeOf(verify, one)).toBe('token_not_yet_valid')
    now = NOW + 95
    expect(await outcomeOf(verify, one)).toBe('accepted')
  })

  it('a token whose key appears is let in from then on', async () => {
    let known = false
    const verify = verifier({ keys: { find: (header) => (known ? KEY.source.find(header) : undefined) } })
    const one = token()
    expect(await outcomeOf(verify, one)).toBe('key_unknown')
    known = true
    expect(await outcomeOf(verify, one)).toBe('accepted')
  })

  it('an outage is over when it is over', async () => {
    let down = true
    const verify = verifier({
      keys: { find: (header) => (down ? Promise.reject(new Error('down')) : KEY.source.find(header)) },
    })
    const one = token()
    expect(await outcomeOf(verify, one)).toBe('keys_unavailable')
    down = false
    expect(await outcomeOf(verify, one)).toBe('accepted')
  })

  it('a flood of bad tokens pushes no good one out', async () => {
    const verifications: string[] = []
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: { sub: string }) => {
          verifications.push(value.sub)
          return { value }
        },
      },
    } as const
    const verify = verifier({ cacheSize: 2, schema: schema as never })
    const one = token({ sub: 'good' })
    await verify(one)
    const stranger = keyOf('ES256', 'stranger')
    for (let each = 0; each < 50; each++) {
      await outcomeOf(verify, token({ sub: `bad-${each}` }, {}, stranger))
      await outcomeOf(verify, token({ sub: `expired-${each}`, exp: 1, iat: 0 }))
    }
    await verify(one)
    expect(verifications).toEqual(['good'])
  })
})

describe('attack 195: configurations are apart', () => {
  it('a token that one verifier remembers is new to another one', async () => {
    const one = token({ roles: ['user'] })
    expect(await outcomeOf(verifier(), one)).toBe('accepted')
    expect(await outcomeOf(verifier({ audience: 'billing-api' }), one)).toBe('audience_mismatch')
    expect(await outcomeOf(verifier({ issuer: 'https://other.example.com' }), one)).toBe('issuer_mismatch')
    expect(await outcomeOf(verifier({ keys: keyOf('ES256', 'stranger').source }), one)).toBe(
      'signature_invalid',
    )
    expect(await outcomeOf(verifier({ requiredClaims: ['tenant'] }), one)).toBe('claim_missing')
    expect(await outcomeOf(verifier({ maxTokenLength: 256 }), one)).toBe('token_too_long')
    expect(await outcomeOf(verifier({ algorithms: ['ES384', 'ES256'] }), one)).toBe('accepted')
  })

  it('issuers of one verifier are apart', async () => {
    const other = keyOf('ES256', 'other')
    const verify = createVerifier({
      clock: () => NOW,
      issuers: [
        { issuer: ISSUER, audience: 'orders-api', keys: KEY.source },
        { issuer: 'https://other.example.com', audience: 'orders-api', keys: other.source },
      ],
    })
    expect(await outcomeOf(verify, token())).toBe('accepted')
    expect(await outcomeOf(verify, token({ iss: 'https://other.example.com' }))).toBe('signature_invalid')
    expect(await outcomeOf(verify, token({ iss: 'https://other.example.com' }, {}, other))).toBe('accepted')
  })
})

describe('attack 172: parallel requests', () => {
  it.each([
    ['at once', (header: JwsHeader) => KEY.source.find(header)],
    ['later', async (header: JwsHeader) => KEY.source.find(header)],
  ])('with one new token, whose key comes %s, verify it once, and each gets its answer', async (_, find) => {
    let verifications = 0
    const validate = (value: unknown) => {
      verifications++
      return { value: value as Claims }
    }
    const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const
    const verify = verifier({ keys: { find }, schema })
    const one = token()
    const all = await Promise.all(Array.from({ length: 64 }, () => verify(one)))
    expect(new Set(all.map(({ subject }) => subject))).toEqual(new Set(['user-1']))
    expect(verifications).toBe(1)
  })

  it('with a bad one are refused, each of them, and nothing is left pending', async () => {
    const verify = verifier()
    const bad = `${token().slice(0, -86)}${'A'.repeat(86)}`
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => outcomeOf(verify, bad)))
    expect(new Set(outcomes)).toEqual(new Set(['signature_invalid']))
    expect(await outcomeOf(verify, bad)).toBe('signature_invalid')
  })

  it('with two tokens of one ending never mix', async () => {
    const good = token()
    const forged = `${segments(good)[0]}.${segments(token({ sub: 'admin' }))[1]}.${segments(good)[2]}`
    const verify = verifier()
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) => outcomeOf(verify, index % 2 === 0 ? good : forged)),
    )
    expect(outcomes.filter((_, index) => index % 2 === 0).every((each) => each === 'accepted')).toBe(true)
    expect(outcomes.filter((_, index) => index % 2 === 1).every((each) => each === 'signature_invalid')).toBe(
      true,
    )
  })
})

test('nothing is remembered where the cache is off', async () => {
  const verify = verifier({ cacheSize: 0 })
  const one = token()
  expect(await verify(one)).not.toBe(await verify(one))
  const remembering = verifier()
  expect(await remembering(one)).toBe(await remembering(one))
})
