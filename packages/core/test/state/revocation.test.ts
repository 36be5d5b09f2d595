import { inspect } from 'node:util'
import type { Revocation } from '../../src/state/revocation-store.js'
import { memoryRevocationStore } from '../../src/state/memory-revocation-store.js'
import { createVerifier } from '../../src/verifier.js'
import { AUDIENCE, ISSUER, KEY, NOW, token, verifier } from '../attacks/support/forge.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { mistakeOf } from '../issuers/support/failure.js'
import { refusalOf, service, type Sent } from '../proof/support/requests.js'

const clock = () => NOW
const bearer = (text: string): Sent => ({ headers: { authorization: `Bearer ${text}` } })
const until = NOW + 3600
const CLAIMS = { jti: 'token-1', sub: 'user-1', sid: 'session-1' }

const KINDS: Readonly<Record<string, Revocation>> = {
  'by its id': { issuer: ISSUER, until, tokenId: 'token-1' },
  'by its subject, since a time': { issuer: ISSUER, until, subject: 'user-1', issuedBefore: NOW - 30 },
  'by its session': { issuer: ISSUER, until, sessionId: 'session-1' },
  'by its key': { issuer: ISSUER, until, keyId: 'key-1' },
  'with all of its issuer, since a time': { issuer: ISSUER, until, everythingIssuedBefore: NOW - 30 },
}

describe('attack 200: a token that was revoked', () => {
  it.each(Object.entries(KINDS))(
    '%s is refused from the next request on, remembered or not',
    async (_, revocation) => {
      for (const cacheSize of [0, 10]) {
        const store = memoryRevocationStore({ clock })
        const verify = verifier({ revocation: store, cacheSize })
        const one = token(CLAIMS, { kid: 'key-1' })
        expect(await outcomeOf(verify, one)).toBe('accepted')
        expect(await outcomeOf(verify, one)).toBe('accepted')
        store.revoke(revocation)
        expect(await outcomeOf(verify, one)).toBe('token_revoked')
        expect(await outcomeOf(verify, token(CLAIMS, { kid: 'key-1' }))).toBe('token_revoked')
      }
    },
  )

  it.each(Object.entries(KINDS))('%s leaves all others in force', async (_, revocation) => {
    const store = memoryRevocationStore({ clock })
    const verify = verifier({ revocation: store })
    store.revoke(revocation)
    const other = { jti: 'token-2', sub: 'user-2', sid: 'session-2', iat: NOW - 30 }
    expect(await outcomeOf(verify, token(other, { kid: 'key-2' }))).toBe('accepted')
    expect(await outcomeOf(verify, token({ iat: NOW - 30 }))).toBe('accepted')
  })

  it('is refused in the middle of parallel requests, each of which asks', async () => {
    const store = memoryRevocationStore({ clock })
    let asked = 0
    const verify = verifier({
      revocation: {
        isRevoked(one) {
          if (++asked === 32) store.revoke({ issuer: ISSUER, until, tokenId: 'token-1' })
          return store.isRevoked(one)
        },
      },
    })
    const one = token(CLAIMS)
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => outcomeOf(verify, one)))
    expect(outcomes.filter((outcome) => outcome === 'token_revoked')).toHaveLength(33)
  })

  it('is in force again when the revocation is over, which nobody should bring about', async () => {
    let now = NOW
    const store = memoryRevocationStore({ clock: () => now })
    const verify = verifier({ revocation: store, clock: () => now })
    store.revoke({ issuer: ISSUER, until: NOW + 10, tokenId: 'token-1' })
    expect(await outcomeOf(verify, token(CLAIMS))).toBe('token_revoked')
    now = NOW + 10
    expect(await outcomeOf(verify, token(CLAIMS))).toBe('accepted')
  })

  it('is none of another issuer', async () => {
    const store = memoryRevocationStore({ clock })
    const issuers = [ISSUER, 'https://other.example.com'].map((issuer) => ({
      issuer,
      audience: AUDIENCE,
      keys: KEY.source,
    }))
    const verify = createVerifier({ issuers, clock, revocation: store })
    store.revoke({ issuer: 'https://other.example.com', until, tokenId: 'token-1' })
    expect(await outcomeOf(verify, token(CLAIMS))).toBe('accepted')
    expect(await outcomeOf(verify, token({ ...CLAIMS, iss: 'https://other.example.com' }))).toBe(
      'token_revoked',
    )
  })

  it('is refused with 401 and invalid_token', async () => {
    const store = memoryRevocationStore({ clock })
    store.revoke({ issuer: ISSUER, until, tokenId: 'token-1' })
    const error = await refusalOf(service({ revocation: store }), bearer(token(CLAIMS)))
    expect(error).toMatchObject({ code: 'token_revoked', status: 401 })
    expect(error.headers['WWW-Authenticate']).toBe(
      'Bearer error="invalid_token", error_description="The access token was revoked"',
    )
  })

  it('is not asked about when the token is bad in itself', async () => {
    const isRevoked = jest.fn(() => false)
    const verify = verifier({ revocation: { isRevoked } })
    expect(await outcomeOf(verify, token({ ...CLAIMS, exp: 1, iat: 0 }))).toBe('token_expired')
    expect(await outcomeOf(verify, 'garbage')).toBe('token_malformed')
    expect(isRevoked).not.toHaveBeenCalled()
  })

  it('is looked at as the issuer wrote it, whatever a schema makes of its claims', async () => {
    const store = memoryRevocationStore({ clock })
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { jti: 'other' } }) },
    } as const
    const verify = verifier({ revocation: store, schema: schema as never })
    store.revoke({ issuer: ISSUER, until, tokenId: 'token-1' })
    expect(await outcomeOf(verify, token(CLAIMS))).toBe('token_revoked')
  })
})

describe('attack 205: a store that cannot say', () => {
  const failing: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw new Error('the connection is gone')
    },
    rejects: () => Promise.reject(new Error('the connection is gone')),
    'throws nothing in particular': () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever a store throws
      throw undefined
    },
    'answers what throws when it is awaited': () => ({
      then() {
        throw new Error('the connection is gone')
      },
    }),
  }
  it.each(Object.entries(failing))(
    'it %s: 503 by default, 200 where the user wrote that',
    async (_, isRevoked) => {
      const store = { isRevoked } as never
      expect(await outcomeOf(verifier({ revocation: store }), token())).toBe('state_unavailable')
      expect(await outcomeOf(verifier({ revocation: { store, onUnavailable: 'refuse' } }), token())).toBe(
        'state_unavailable',
      )
      expect(await outcomeOf(verifier({ revocation: { store, onUnavailable: 'allow' } }), token())).toBe(
        'accepted',
      )
    },
  )

  it.each(Object.entries(failing))('it %s: 503 for a remembered token as well', async (_, isRevoked) => {
    let works = true
    const verify = verifier({ revocation: { isRevoked: () => (works ? false : isRevoked()) } as never })
    const one = token()
    expect(await outcomeOf(verify, one)).toBe('accepted')
    works = false
    expect(await outcomeOf(verify, one)).toBe('state_unavailable')
    works = true
    expect(await outcomeOf(verify, one)).toBe('accepted')
  })

  it('the answer says when to try again, and the cause is kept for logs', async () => {
    const cause = new Error('the connection is gone')
    const error = await refusalOf(
      service({ revocation: { isRevoked: () => Promise.reject(cause) } }),
      bearer(token()),
    )
    expect(error).toMatchObject({ code: 'state_unavailable', status: 503, cause })
    expect(error.headers).toEqual({ 'Cache-Control': 'no-store', 'Retry-After': '5' })
  })

  it('a token that is known to be revoked stays so where outages let tokens pass', async () => {
    const store = memoryRevocationStore({ clock })
    store.revoke({ issuer: ISSUER, until, tokenId: 'token-1' })
    expect(await outcomeOf(verifier({ revocation: { store, onUnavailable: 'allow' } }), token(CLAIMS))).toBe(
      'token_revoked',
    )
  })
})

describe('attack 207: only false lets a token pass', () => {
  const answers = [true, 1, 'false', 'no', {}, [], undefined, null, 0, '', Number.NaN, Symbol('no')] as const
  it.each(answers.map((answer) => [inspect(answer), answer] as const))('%s does not', async (_, answer) => {
    for (const isRevoked of [() => answer, () => Promise.resolve(answer)]) {
      const store = { isRevoked } as never
      expect(await outcomeOf(verifier({ revocation: store }), token())).toBe('token_revoked')
      expect(await outcomeOf(verifier({ revocation: { store, onUnavailable: 'allow' } }), token())).toBe(
        'token_revoked',
      )
    }
  })

  it('false does, at once or later', async () => {
    expect(await outcomeOf(verifier({ revocation: { isRevoked: () => false } }), token())).toBe('accepted')
    expect(
      await outcomeOf(verifier({ revocation: { isRevoked: () => Promise.resolve(false) } }), token()),
    ).toBe('accepted')
  })

  it('the store is given the verified token, as its own method', async () => {
    class Store {
      readonly #revoked = new Set(['token-1'])
      isRevoked(one: { readonly claims: unknown }) {
        return this.#revoked.has((one.claims as { jti: string }).jti)
      }
    }
    const verify = verifier({ revocation: new Store() })
    expect(await outcomeOf(verify, token(CLAIMS))).toBe('token_revoked')
    expect(await outcomeOf(verify, token({ jti: 'token-2' }))).toBe('accepted')
  })
})

describe('the store in memory', () => {
  it('looks up as many things however many revocations it holds', async () => {
    const lookups = async (revocations: number) => {
      const store = memoryRevocationStore({ clock })
      for (let each = 0; each < revocations; each++) {
        store.revoke({ issuer: ISSUER, until, tokenId: `other-${each}` })
        store.revoke({ issuer: ISSUER, until, subject: `other-${each}`, issuedBefore: NOW })
        store.revoke({ issuer: ISSUER, until, sessionId: `other-${each}` })
      }
      const one = await verifier()(token(CLAIMS, { kid: 'key-1' }))
      const get = jest.spyOn(Map.prototype, 'get')
      const iterators = (['values', 'entries', 'keys', 'forEach'] as const).map((name) =>
        jest.spyOn(Map.prototype, name),
      )
      try {
        expect(store.isRevoked(one)).toBe(false)
        expect(iterators.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0])
        return get.mock.calls.length
      } finally {
        jest.restoreAllMocks()
      }
    }
    const few = await lookups(10)
    expect(few).toBeLessThanOrEqual(6)
    expect(await lookups(10_000)).toBe(few)
  })

  it('is bounded by the life of what it concerns', () => {
    let now = NOW
    const store = memoryRevocationStore({ clock: () => now })
    for (let round = 0; round < 100; round++) {
      for (let each = 0; each < 10; each++) {
        store.revoke({ issuer: ISSUER, until: now + 10, tokenId: `${round}-${each}` })
      }
      now += 11
    }
    expect(store.size).toBeLessThan(30)
  })

  it('says when it is full, for each kind and issuer by itself', () => {
    const store = memoryRevocationStore({ capacity: 1, clock })
    store.revoke({ issuer: ISSUER, until, tokenId: 'a' })
    store.revoke({ issuer: ISSUER, until, sessionId: 'a' })
    store.revoke({ issuer: 'https://other.example.com', until, tokenId: 'a' })
    expect(() => {
      store.revoke({ issuer: ISSUER, until, tokenId: 'b' })
    }).toThrow('the store is full: it holds 1 living entries')
    expect(store.size).toBe(3)
  })

  it('takes no more issuers than anybody has', () => {
    const store = memoryRevocationStore({ clock })
    for (let each = 0; each < 10_000; each++) {
      store.revoke({ issuer: `https://${each}.example`, until, everythingIssuedBefore: NOW })
    }
    expect(() => {
      store.revoke({ issuer: 'https://one-more.example', until, everythingIssuedBefore: NOW })
    }).toThrow('10000 issuers')
  })

  it('forgets nothing by a clock that answers no number', async () => {
    let now = NOW
    const store = memoryRevocationStore({ clock: () => now })
    const one = await verifier()(token(CLAIMS))
    store.revoke({ issuer: ISSUER, until, tokenId: 'token-1' })
    now = Number.NaN
    expect(store.isRevoked(one)).toBe(true)
  })

  it.each([
    [{}, 'names one of tokenId, subject, sessionId, keyId, everythingIssuedBefore'],
    [{ tokenID: 'a' }, 'names one of tokenId, subject'],
    [{ tokenId: 'a', sessionId: 'b' }, 'by tokenId has no member sessionId'],
    [{ tokenId: 'a', issuedBefore: NOW }, 'by tokenId has no member issuedBefore'],
    [{ subject: 'a', issuedBefore: NOW, reason: 'lost' }, 'by subject has no member reason'],
    [{ subject: 'a' }, 'needs issuedBefore in seconds'],
    [{ subject: 'a', issuedBefore: Number.NaN }, 'needs issuedBefore in seconds'],
    [{ everythingIssuedBefore: new Date() }, 'needs everythingIssuedBefore in seconds'],
    [{ keyId: '' }, 'needs keyId as a string that is not empty'],
    [{ keyId: 'a', issuer: '' }, 'needs issuer as a string that is not empty'],
    [{ keyId: 'a', until: '1' }, 'needs until in seconds'],
    [{ keyId: 'a', until: Number.POSITIVE_INFINITY }, 'needs an end'],
  ])('says what is wrong with %j', (mistaken, message) => {
    const store = memoryRevocationStore({ clock })
    expect(() => {
      store.revoke({ issuer: ISSUER, until, ...mistaken } as never)
    }).toThrow(new RegExp(`^a revocation ${message}`))
    expect(store.size).toBe(0)
  })

  it.each([
    ['capacity', { capacity: 0 }],
    ['capacity', { capacity: 1.5 }],
    ['capacity', { capacity: Number.POSITIVE_INFINITY }],
    ['clock', { clock: NOW }],
    ['size', { size: 1 }],
  ])('has no such %s: %j', (option, options) => {
    expect(mistakeOf(() => memoryRevocationStore(options as never)).option).toBe(option)
  })
})
