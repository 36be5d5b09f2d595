import { createAuthenticators } from '../../src/authenticator.js'
import { memoryReplayStore } from '../../src/state/memory-replay-store.js'
import { AUDIENCE, ISSUER, KEY, NOW } from '../attacks/support/forge.js'
import { boundToken, clientKey, proof, thumbprintOf, TOKEN, withProof } from './support/dpop.js'
import { outcomeOf, refusalOf, request, service } from './support/requests.js'

const REQUESTS = 64

async function outcomesOf(
  authenticate: ReturnType<typeof service>,
  all: readonly Parameters<typeof outcomeOf>[1][],
) {
  const outcomes = await Promise.all(all.map((sent) => outcomeOf(authenticate, sent)))
  return Object.fromEntries(
    [...new Set(outcomes)].map((each) => [each, outcomes.filter((one) => one === each).length]),
  )
}

describe('attack 220: the same proof twice', () => {
  it('passes once', async () => {
    const authenticate = service({ dpop: 'required' })
    const sent = withProof()
    expect(await outcomeOf(authenticate, sent)).toBe('accepted')
    expect(await outcomeOf(authenticate, sent)).toBe('dpop_proof_replayed')
    expect(await outcomeOf(authenticate, sent)).toBe('dpop_proof_replayed')
  })

  it(`from ${REQUESTS} parallel requests passes exactly once`, async () => {
    const sent = withProof()
    expect(
      await outcomesOf(
        service({ dpop: 'required' }),
        Array.from({ length: REQUESTS }, () => sent),
      ),
    ).toEqual({
      accepted: 1,
      dpop_proof_replayed: REQUESTS - 1,
    })
  })

  it('passes exactly once with a store that takes its time', async () => {
    const memory = memoryReplayStore()
    const replay = {
      claim: async (id: string, expiresAt: number) => {
        await new Promise((resolve) => setImmediate(resolve))
        return memory.claim(id, expiresAt)
      },
    }
    const sent = withProof()
    const authenticate = service({ dpop: { mode: 'required', replay } })
    expect(
      await outcomesOf(
        authenticate,
        Array.from({ length: REQUESTS }, () => sent),
      ),
    ).toEqual({
      accepted: 1,
      dpop_proof_replayed: REQUESTS - 1,
    })
  })

  it(`${REQUESTS} proofs in parallel all pass`, async () => {
    const all = Array.from({ length: REQUESTS }, () => withProof())
    expect(await outcomesOf(service({ dpop: 'required' }), all)).toEqual({ accepted: REQUESTS })
  })

  it('is refused with another signature over the same id', async () => {
    const authenticate = service({ dpop: 'required' })
    const claims = { jti: 'same' }
    const [one, other] = [proof({ claims }), proof({ claims })]
    expect(one).not.toBe(other)
    expect(await outcomeOf(authenticate, withProof(one))).toBe('accepted')
    expect(await outcomeOf(authenticate, withProof(other))).toBe('dpop_proof_replayed')
  })

  it('is refused with another method, target or time, when the id is the same', async () => {
    const authenticate = service({ dpop: 'required' })
    const claims = { jti: 'same' }
    expect(await outcomeOf(authenticate, withProof(proof({ claims })))).toBe('accepted')
    const post = { ...withProof(proof({ claims: { ...claims, htm: 'POST' } })), method: 'POST' }
    expect(await outcomeOf(authenticate, post)).toBe('dpop_proof_replayed')
    const older = withProof(proof({ claims: { ...claims, iat: NOW - 10 } }))
    expect(await outcomeOf(authenticate, older)).toBe('dpop_proof_replayed')
  })

  it('ids of two clients do not meet', async () => {
    const authenticate = service({ dpop: 'required' })
    const key = clientKey('EdDSA')
    const other = boundToken({}, key)
    const claims = { jti: 'same' }
    expect(await outcomeOf(authenticate, withProof(proof({ claims })))).toBe('accepted')
    expect(await outcomeOf(authenticate, withProof(proof({ claims, key, token: other }), other))).toBe(
      'accepted',
    )
  })

  it('is refused on routes where a token may be absent, and the other way round', async () => {
    const { required, optional } = createAuthenticators({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: KEY.source,
      clock: () => NOW,
      dpop: 'required',
    })
    const sent = withProof()
    expect(await outcomeOf(optional, sent)).toBe('accepted')
    expect(await outcomeOf(required, sent)).toBe('dpop_proof_replayed')
  })

  it('has its own challenge', async () => {
    const authenticate = service({ dpop: 'required' })
    const sent = withProof()
    await authenticate(request(sent))
    const error = await refusalOf(authenticate, sent)
    expect(error.status).toBe(401)
    expect(error.headers['WWW-Authenticate']).toMatch(
      /^DPoP error="invalid_dpop_proof", error_description="The DPoP proof was used before", algs=/,
    )
  })
})

describe('as long as a proof counts, its id is remembered', () => {
  it('to the last second', async () => {
    let now = NOW
    const authenticate = service({ dpop: 'required', clock: () => now })
    const sent = withProof(proof({ claims: { iat: NOW + 5 } }))
    expect(await outcomeOf(authenticate, sent)).toBe('accepted')
    now = NOW + 5 + 60 + 5
    expect(await outcomeOf(authenticate, sent)).toBe('dpop_proof_replayed')
    now += 1
    expect(await outcomeOf(authenticate, sent)).toBe('dpop_proof_invalid')
  })

  it('and what is asked of the store outlives the proof', async () => {
    const claims: [id: string, expiresAt: number][] = []
    const replay = { claim: (...claim: [string, number]) => claims.push(claim) > 0 }
    const authenticate = service({ dpop: { mode: 'required', maxProofAge: 600, replay } })
    const jti = 'x'.repeat(256)
    expect(await outcomeOf(authenticate, withProof(proof({ claims: { jti, iat: NOW - 100 } })))).toBe(
      'accepted',
    )
    expect(claims).toEqual([[expect.stringMatching(/^[\w-]{43}$/), NOW - 100 + 600 + 5 + 1]])
  })

  it('and memory is bounded by that', async () => {
    let now = NOW
    const replay = memoryReplayStore({ clock: () => now })
    const authenticate = service({ dpop: { mode: 'required', replay }, clock: () => now })
    for (let round = 0; round < 10; round++) {
      for (let each = 0; each < 10; each++) {
        expect(await outcomeOf(authenticate, withProof(proof({ claims: { iat: now } })))).toBe('accepted')
      }
      now += 67
    }
    expect(replay.size).toBeLessThan(25)
  })
})

describe('a proof that fails another check is not used up', () => {
  it.each([
    ['another method', { method: 'POST' }],
    ['another target', { url: 'https://api.example.com/payments' }],
  ])('%s', async (_, elsewhere) => {
    const authenticate = service({ dpop: 'required' })
    const sent = withProof()
    expect(await outcomeOf(authenticate, { ...sent, ...elsewhere })).toBe('dpop_proof_invalid')
    expect(await outcomeOf(authenticate, sent)).toBe('accepted')
  })

  it('a stranger cannot use up the ids of a client', async () => {
    const authenticate = service({ dpop: 'required' })
    const claims = { jti: 'guessed' }
    const stranger = clientKey('EdDSA')
    expect(await outcomeOf(authenticate, withProof(proof({ claims, key: stranger })))).toBe(
      'proof_key_mismatch',
    )
    const own = boundToken({}, stranger)
    expect(await outcomeOf(authenticate, withProof(proof({ claims, key: stranger, token: own }), own))).toBe(
      'accepted',
    )
    expect(await outcomeOf(authenticate, withProof(proof({ claims })))).toBe('accepted')
  })
})

describe('a store that cannot say lets nobody in, and blames nobody', () => {
  const broken: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw new Error('the connection is gone')
    },
    rejects: () => Promise.reject(new Error('the connection is gone')),
    'answers nothing': () => undefined,
    'answers null': () => null,
    'answers a number': () => 1,
    'answers a text': () => 'OK',
    'answers an object': () => ({}),
    'promises nothing': () => Promise.resolve(),
  }
  it.each(Object.entries(broken))('it %s', async (_, claim) => {
    const authenticate = service({ dpop: { mode: 'required', replay: { claim } as never } })
    const error = await refusalOf(authenticate, withProof())
    expect(error.code).toBe('state_unavailable')
    expect(error.status).toBe(503)
    expect(error.headers).toEqual({ 'Cache-Control': 'no-store', 'Retry-After': '5' })
  })

  it('it is full, and forgets nothing that lives', async () => {
    let now = NOW
    const replay = memoryReplayStore({ capacity: 2, clock: () => now })
    const authenticate = service({ dpop: { mode: 'required', replay }, clock: () => now })
    const [one, two, three] = [withProof(), withProof(), withProof()]
    expect(await outcomeOf(authenticate, one)).toBe('accepted')
    expect(await outcomeOf(authenticate, two)).toBe('accepted')
    expect(await outcomeOf(authenticate, three)).toBe('state_unavailable')
    expect(await outcomeOf(authenticate, one)).toBe('dpop_proof_replayed')
    now += 70
    expect(await outcomeOf(authenticate, withProof(proof({ claims: { iat: now } })))).toBe('accepted')
  })
})

test('the thumbprint of the tests is the one that the token is bound to', () => {
  const claims = JSON.parse(Buffer.from(TOKEN.split('.')[1]!, 'base64url').toString()) as object
  expect(claims).toMatchObject({ cnf: { jkt: thumbprintOf(clientKey().publicJwk) } })
})
