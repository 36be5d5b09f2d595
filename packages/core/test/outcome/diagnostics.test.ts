import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createAuthenticator } from '../../src/authenticator.js'
import { createAuthorizer, type Authorizer } from '../../src/policy/authorizer.js'
import { hasRole } from '../../src/policy/grants.js'
import type { Decision } from '../../src/outcome/diagnostics.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { AUDIENCE, ISSUER, KEY, NOW, segments, token, verifier } from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'

const keys = localJwks({ keys: [{ ...KEY.publicJwk, kid: 'ec-1' }] })
const options = { issuer: ISSUER, audience: AUDIENCE, keys, clock: () => NOW }
const good = token({ sub: 'canary-1' }, { kid: 'ec-1' })

let decisions: Decision[]
const listen = (message: unknown) => {
  decisions.push(message as Decision)
}
beforeEach(() => {
  decisions = []
  subscribe('portcullis:decision', listen)
})
afterEach(() => {
  unsubscribe('portcullis:decision', listen)
})

const quietly = (promise: Promise<unknown>) => promise.catch(() => undefined)
const request = (...values: readonly string[]) => ({
  method: 'GET',
  url: 'https://api.example.com/',
  header: () => values,
})
const authorizeAdmin: Authorizer = createAuthorizer(hasRole('admin'))

describe('one event for each decision', () => {
  it('about a token that is accepted, and again when it is remembered', async () => {
    const verify = verifier({ keys })
    await verify(good)
    await verify(good)
    const event = {
      step: 'token',
      outcome: 'accepted',
      issuer: ISSUER,
      keyId: 'ec-1',
      milliseconds: expect.any(Number) as number,
    }
    expect(decisions).toEqual([event, event])
  })
  it.each<[string, unknown, Partial<Decision>]>([
    [
      'expired',
      token({ exp: NOW - 60, iat: undefined }, { kid: 'ec-1' }),
      { code: 'token_expired', issuer: ISSUER, keyId: 'ec-1' },
    ],
    [
      'of an unknown key',
      token({}, { kid: 'other' }),
      { code: 'key_unknown', issuer: ISSUER, keyId: 'other' },
    ],
    [
      'by a stranger',
      token({}, { kid: 'ec-1' }, keyOf('ES256', 'stranger')),
      { code: 'signature_invalid', issuer: ISSUER, keyId: 'ec-1' },
    ],
    ['malformed', 'a.b', { code: 'token_malformed' }],
    ['that is none', undefined, { code: 'token_malformed' }],
  ])('about a token that is %s', async (_, text, expected) => {
    await quietly(verifier({ keys })(text as string))
    expect(decisions).toEqual([
      { step: 'token', outcome: 'refused', milliseconds: expect.any(Number) as number, ...expected },
    ])
    expect(decisions[0]?.milliseconds).toBeGreaterThanOrEqual(0)
  })
  it('about a request: without a token, anonymous, with two, with a good one', async () => {
    const required = createAuthenticator(options)
    const optional = createAuthenticator({ ...options, optional: true })
    await quietly(required(request()))
    await optional(request())
    await quietly(required(request(`Bearer ${good}`, `Bearer ${good}`)))
    await required(request(`Bearer ${good}`))
    await quietly(optional(request('Bearer x')))
    const told = decisions.map(({ step, outcome, code }) => [step, outcome, code])
    expect(told).toEqual([
      ['credentials', 'refused', 'credentials_missing'],
      ['credentials', 'anonymous', undefined],
      ['credentials', 'refused', 'credentials_multiple'],
      ['token', 'accepted', undefined],
      ['token', 'refused', 'token_malformed'],
    ])
  })
  it('about a policy', async () => {
    const [user, admin] = [
      await verifier()(token({ roles: ['user'] })),
      await verifier()(token({ roles: ['admin'] })),
    ]
    decisions = []
    authorizeAdmin(admin)
    expect(() => {
      authorizeAdmin(user)
    }).toThrow()
    expect(() => {
      authorizeAdmin(undefined)
    }).toThrow()
    expect(decisions).toEqual([
      { step: 'policy', outcome: 'accepted' },
      { step: 'policy', outcome: 'refused', code: 'role_insufficient', issuer: ISSUER },
      { step: 'policy', outcome: 'refused', code: 'credentials_missing' },
    ])
  })
  it('about each of many that come together', async () => {
    const verify = verifier({ keys })
    const bad = token({ aud: 'x' }, { kid: 'ec-1' })
    await Promise.all(Array.from({ length: 20 }, (_, index) => quietly(verify(index % 2 === 0 ? good : bad))))
    expect(decisions).toHaveLength(20)
    expect(decisions.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(10)
    expect(decisions.filter(({ code }) => code === 'audience_mismatch')).toHaveLength(10)
  })
  it('and none for a failing key source but the refusal', async () => {
    await quietly(
      verifier({
        keys: {
          find: () => Promise.reject(new Error('down')),
          keyIds: () => {
            throw new Error('down')
          },
        },
      })(good),
    )
    expect(decisions.map(({ code }) => code)).toEqual(['keys_unavailable'])
  })
})

describe('attack 316: what an event holds', () => {
  it('is frozen, and neither token nor claim', async () => {
    await quietly(verifier({ keys })(good))
    await quietly(verifier({ keys })(token({ sub: 'canary-1', aud: 'canary-2' }, { kid: 'ec-1' })))
    const told = JSON.stringify(decisions)
    expect(told).not.toMatch(/canary/)
    for (const segment of segments(good)) expect(told).not.toContain(segment)
    expect(decisions.every((decision) => Object.isFrozen(decision))).toBe(true)
  })
  it.each([
    'a\r\nX-Evil: 1',
    '\u001b[31mred',
    '${jndi:ldap://x}',
    '"} {"admin":true',
    '\\',
    '`id`',
    'ü😀\ud800',
    'x'.repeat(256),
  ])('has the key id %j escaped and cut', async (kid) => {
    const anyKey = { find: () => KEY.source.key }
    await quietly(verifier({ keys: anyKey })(token({}, { kid })))
    await quietly(verifier({ keys })(token({}, { kid })))
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'refused'])
    for (const { keyId = '' } of decisions) {
      expect(keyId).toMatch(/^[\x20-\x7e]+$/)
      expect(keyId).not.toMatch(/\$\{|`|"/)
      expect(keyId.length).toBeLessThanOrEqual(400)
    }
  })
})

it('says nothing, and measures nothing, where nobody listens', async () => {
  unsubscribe('portcullis:decision', listen)
  await verifier({ keys })(good)
  expect(decisions).toEqual([])
})
