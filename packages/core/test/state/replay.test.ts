import { createVerifier } from '../../src/verifier.js'
import { memoryReplayStore } from '../../src/state/memory-replay-store.js'
import type { ReplayStore } from '../../src/state/replay-store.js'
import { AUDIENCE, ISSUER, KEY, NOW, token, verifier } from '../attacks/support/forge.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { boundToken, clientKey, proof, thumbprintOf, withProof } from '../proof/support/dpop.js'
import { outcomeOf as outcomeOfRequest, service, type Sent } from '../proof/support/requests.js'

const clock = () => NOW
const oneTime = (claims: object = {}) => token({ jti: 'one', ...claims })
const bearer = (text: string): Sent => ({ headers: { authorization: `Bearer ${text}` } })
const REQUESTS = 64

function counted(outcomes: readonly string[]) {
  return Object.fromEntries(
    [...new Set(outcomes)].map((each) => [each, outcomes.filter((one) => one === each).length]),
  )
}

/** A store whose claims are written down. */
function recording(answer: (id: string) => boolean = () => true) {
  const claims: { id: string; expiresAt: number }[] = []
  const replay: ReplayStore = {
    claim(id, expiresAt) {
      claims.push({ id, expiresAt })
      return answer(id)
    },
  }
  return { replay, claims }
}

describe('attacks 121 and 206: a token for one use', () => {
  it('is good once, by createVerifier', async () => {
    const verify = verifier({ replay: memoryReplayStore({ clock }) })
    const one = oneTime()
    expect(await outcomeOf(verify, one)).toBe('accepted')
    expect(await outcomeOf(verify, one)).toBe('token_replayed')
    expect(await outcomeOf(verify, one)).toBe('token_replayed')
    expect(await outcomeOf(verify, oneTime({ jti: 'two' }))).toBe('accepted')
  })

  it('is good once, by createAuthenticator, and the refusal is 401', async () => {
    const authenticate = service({ replay: memoryReplayStore({ clock }) })
    const one = bearer(oneTime())
    expect(await outcomeOfRequest(authenticate, one)).toBe('accepted')
    expect(await outcomeOfRequest(authenticate, one)).toBe('token_replayed')
  })

  it.each([
    ['with a cache', {}],
    ['without a cache', { cacheSize: 0 }],
  ])('from parallel requests passes exactly once, %s', async (_, options) => {
    const authenticate = service({ replay: memoryReplayStore({ clock }), ...options })
    const one = bearer(oneTime())
    const outcomes = await Promise.all(
      Array.from({ length: REQUESTS }, () => outcomeOfRequest(authenticate, one)),
    )
    expect(counted(outcomes)).toEqual({ accepted: 1, token_replayed: REQUESTS - 1 })
  })

  it('passes exactly once from two services that share a store', async () => {
    const replay = memoryReplayStore({ clock })
    const services = [service({ replay }), service({ replay })]
    const one = bearer(oneTime())
    const outcomes = await Promise.all(
      Array.from({ length: REQUESTS }, (_, index) => outcomeOfRequest(services[index % 2]!, one)),
    )
    expect(counted(outcomes)).toEqual({ accepted: 1, token_replayed: REQUESTS - 1 })
  })

  it('is the same token with other text: its id counts, not how it is signed', async () => {
    const verify = verifier({ replay: memoryReplayStore({ clock }) })
    const [one, other] = [oneTime(), oneTime()]
    expect(one).not.toBe(other)
    expect(await outcomeOf(verify, one)).toBe('accepted')
    expect(await outcomeOf(verify, other)).toBe('token_replayed')
    expect(await outcomeOf(verify, oneTime({ sub: 'somebody-else' }))).toBe('token_replayed')
  })

  it.each([
    ['missing', undefined],
    ['empty', ''],
  ])('must have an id: %s', async (_, jti) => {
    expect(await outcomeOf(verifier({ replay: memoryReplayStore({ clock }) }), oneTime({ jti }))).toBe(
      'claim_missing',
    )
  })

  it.each([
    ['a number', 7],
    ['null', null],
    ['a list', ['one']],
  ])('must have an id that is a string: %s', async (_, jti) => {
    expect(await outcomeOf(verifier({ replay: memoryReplayStore({ clock }) }), oneTime({ jti }))).toBe(
      'claim_invalid',
    )
  })

  it('may have any id', async () => {
    const verify = verifier({ replay: memoryReplayStore({ clock }) })
    for (const jti of ['__proto__', 'constructor', 'a\0b', 'ü'.repeat(1000), '\ud800', '[]']) {
      expect(await outcomeOf(verify, oneTime({ jti }))).toBe('accepted')
      expect(await outcomeOf(verify, oneTime({ jti }))).toBe('token_replayed')
    }
  })
})

describe('what the store is asked', () => {
  it('is a digest of a fixed length, and outlives the token and every tolerance', async () => {
    const { replay, claims } = recording()
    await verifier({ replay })(oneTime({ jti: 'x'.repeat(4000) }))
    expect(claims).toEqual([{ id: expect.stringMatching(/^[\w-]{43}$/), expiresAt: NOW + 600 + 600 }])
  })

  it('keeps issuers apart', async () => {
    const { replay, claims } = recording()
    const issuers = [ISSUER, 'https://other.example.com'].map((issuer) => ({
      issuer,
      audience: AUDIENCE,
      keys: KEY.source,
    }))
    const verify = createVerifier({ issuers, clock, replay })
    await verify(oneTime())
    await verify(oneTime({ iss: 'https://other.example.com' }))
    expect(new Set(claims.map(({ id }) => id)).size).toBe(2)
  })

  it('keeps the ids of tokens and of proofs apart in a store of both', async () => {
    const { replay, claims } = recording()
    // An issuer of just that name makes both of the same parts.
    const issuer = thumbprintOf(clientKey().publicJwk)
    const authenticate = service({ issuer, replay, dpop: { mode: 'required', replay } })
    const both = boundToken({ iss: issuer, jti: 'same' })
    const sent = withProof(proof({ token: both, claims: { jti: 'same' } }), both)
    expect(await outcomeOfRequest(authenticate, sent)).toBe('accepted')
    expect(claims).toHaveLength(2)
    expect(claims[0]?.id).not.toBe(claims[1]?.id)
  })

  it.each([',', '","', ' ', '|', '\0', '\n'])('keeps parts apart that are joined by %j', async (between) => {
    const { replay, claims } = recording()
    const issuers = ['a', `a${between}b`].map((issuer) => ({
      issuer,
      audience: AUDIENCE,
      keys: KEY.source,
    }))
    const verify = createVerifier({ issuers, clock, replay })
    await verify(oneTime({ iss: 'a', jti: `b${between}c` }))
    await verify(oneTime({ iss: `a${between}b`, jti: 'c' }))
    expect(new Set(claims.map(({ id }) => id)).size).toBe(2)
  })
})

describe('attack 206: a token is not used up by a request that is refused for something else', () => {
  it.each([
    ['an expired token', { exp: NOW - 60, iat: NOW - 120 }, 'token_expired'],
    ['a token for another audience', { aud: 'billing-api' }, 'audience_mismatch'],
    ['a token of another issuer', { iss: 'https://other.example.com' }, 'issuer_mismatch'],
    ['a bound token, where bindings are not checked', { cnf: { jkt: 'A'.repeat(43) } }, 'proof_required'],
  ])('%s', async (_, claims, code) => {
    const { replay, claims: asked } = recording()
    expect(await outcomeOf(verifier({ replay }), oneTime(claims))).toBe(code)
    expect(asked).toEqual([])
  })

  it('a forged token', async () => {
    const { replay, claims } = recording()
    expect(await outcomeOf(verifier({ replay }), `${oneTime().slice(0, -86)}${'A'.repeat(86)}`)).toBe(
      'signature_invalid',
    )
    expect(claims).toEqual([])
  })

  it('a token that was revoked', async () => {
    const { replay, claims } = recording()
    expect(await outcomeOf(verifier({ replay, revocation: { isRevoked: () => true } }), oneTime())).toBe(
      'token_revoked',
    )
    expect(claims).toEqual([])
  })

  it('a token whose DPoP proof is bad', async () => {
    const authenticate = service({ dpop: 'required', replay: memoryReplayStore({ clock }) })
    const bound = boundToken({ jti: 'one' })
    expect(await outcomeOfRequest(authenticate, withProof('garbage', bound))).toBe('dpop_proof_invalid')
    expect(
      await outcomeOfRequest(
        authenticate,
        withProof(proof({ token: bound, claims: { htm: 'POST' } }), bound),
      ),
    ).toBe('dpop_proof_invalid')
    expect(await outcomeOfRequest(authenticate, withProof(proof({ token: bound }), bound))).toBe('accepted')
    expect(await outcomeOfRequest(authenticate, withProof(proof({ token: bound }), bound))).toBe(
      'token_replayed',
    )
  })

  it('a token whose certificate is another one', async () => {
    const { replay, claims } = recording()
    const authenticate = service({ mutualTls: 'required', replay })
    const bound = token({ jti: 'one', cnf: { 'x5t#S256': 'A'.repeat(43) } })
    expect(await outcomeOfRequest(authenticate, bearer(bound))).toBe('certificate_mismatch')
    expect(claims).toEqual([])
  })

  it('a token in a cookie, from another site', async () => {
    const { replay, claims } = recording()
    const { cookie } = await import('../../src/credentials/cookie.js')
    const authenticate = service({ credentials: cookie(), replay })
    const sent = { method: 'POST', headers: { cookie: `__Host-access_token=${oneTime()}` } }
    expect(await outcomeOfRequest(authenticate, sent)).toBe('cross_site_request_refused')
    expect(claims).toEqual([])
  })
})

describe('attack 205: a store that cannot say', () => {
  const broken: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw new Error('the connection is gone')
    },
    rejects: () => Promise.reject(new Error('the connection is gone')),
    'answers nothing': () => undefined,
    'answers a number': () => 1,
    'answers a text': () => 'OK',
    'promises nothing': () => Promise.resolve(),
  }
  it.each(Object.entries(broken))('it %s: 503, and nobody is let in', async (_, claim) => {
    expect(await outcomeOf(verifier({ replay: { claim } as never }), oneTime())).toBe('state_unavailable')
    expect(await outcomeOfRequest(service({ replay: { claim } as never }), bearer(oneTime()))).toBe(
      'state_unavailable',
    )
  })

  it('it is full: 503, and no token is forgotten', async () => {
    const verify = verifier({ replay: memoryReplayStore({ capacity: 1, clock }) })
    expect(await outcomeOf(verify, oneTime())).toBe('accepted')
    expect(await outcomeOf(verify, oneTime({ jti: 'two' }))).toBe('state_unavailable')
    expect(await outcomeOf(verify, oneTime())).toBe('token_replayed')
  })

  it('the cause is kept for logs', async () => {
    const cause = new Error('the connection is gone')
    const verify = verifier({ replay: { claim: () => Promise.reject(cause) } })
    await expect(verify(oneTime())).rejects.toMatchObject({ code: 'state_unavailable', status: 503, cause })
  })
})
