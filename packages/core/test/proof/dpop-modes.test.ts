import { cookie } from '../../src/credentials/cookie.js'
import { custom } from '../../src/credentials/custom.js'
import { authorizationHeader } from '../../src/credentials/authorization-header.js'
import { createVerifier } from '../../src/verifier.js'
import { token, verifier } from '../attacks/support/forge.js'
import { outcomeOf as outcomeOfToken } from '../attacks/support/outcome-of.js'
import { clientKey, proof, thumbprintOf, TOKEN, withProof } from './support/dpop.js'
import { outcomeOf, refusalOf, service, type Sent } from './support/requests.js'
import { outcomes } from './support/tables.js'

const UNBOUND = token()
const bearer = (text: string, dpop?: string | readonly string[]): Sent => ({
  headers: { authorization: `Bearer ${text}`, dpop },
})

const off = () => service()
const optional = () => service({ dpop: 'optional' })
const required = () => service({ dpop: 'required' })

outcomes('attack 226: off, as it is by default', 'accepted', off, { 'an unbound token': bearer(UNBOUND) })
outcomes('attack 208: off, a bound token never becomes a bearer token', 'proof_required', off, {
  'as a bearer token': bearer(TOKEN),
  'as a bearer token, with its proof': () => bearer(TOKEN, proof()),
})
outcomes('attack 226: off, the DPoP scheme is no credential', 'credentials_missing', off, {
  'a bound token with its proof': () => withProof(),
  'an unbound token': withProof([], UNBOUND),
})
outcomes('attack 226: explicitly off', 'proof_required', () => service({ dpop: { mode: 'off' } }), {
  'a bound token': bearer(TOKEN),
})

outcomes('attack 226: optional, both kinds are let in', 'accepted', optional, {
  'a bound token with its proof': () => withProof(),
  'an unbound token': bearer(UNBOUND),
})
outcomes('attack 226: required, bound ones only', 'accepted', required, {
  'a bound token with its proof': () => withProof(),
})
outcomes('attack 226: required, no unbound token', 'proof_required', required, {
  'as a bearer token': bearer(UNBOUND),
  'as a bearer token, with a proof': () => bearer(UNBOUND, proof({ token: UNBOUND })),
})

for (const [mode, serve] of Object.entries({ optional, required })) {
  outcomes(`attack 208: ${mode}, a bound token with the Bearer scheme`, 'proof_required', serve, {
    'without a proof': bearer(TOKEN),
    'with its proof': () => bearer(TOKEN, proof()),
    'with garbage for a proof': bearer(TOKEN, 'garbage'),
  })
  outcomes(`attack 209: ${mode}, an unbound token with the DPoP scheme`, 'token_not_bound', serve, {
    'without a proof': withProof([], UNBOUND),
    'with a proof': () => withProof(proof({ token: UNBOUND }), UNBOUND),
  })
  outcomes(`attack 210: ${mode}, a bound token without a proof`, 'dpop_proof_invalid', serve, {
    'no header': withProof([]),
  })
  outcomes(`${mode}, a token that is bad in itself is refused for that`, 'token_expired', serve, {
    'expired, with a good proof': () => {
      const expired = token({ exp: 1, iat: 0, cnf: { jkt: thumbprintOf(clientKey().publicJwk) } })
      return withProof(proof({ token: expired }), expired)
    },
  })
}

outcomes('attack 106: a proof beside a bearer token that is not bound', 'credentials_malformed', optional, {
  'a proof for it': () => bearer(UNBOUND, proof({ token: UNBOUND })),
  garbage: bearer(UNBOUND, 'garbage'),
  'an empty header': bearer(UNBOUND, ''),
})

describe('where credentials are optional', () => {
  const open = () => service({ dpop: 'required', optional: true })
  outcomes('nothing is anonymous', 'anonymous', open, {
    'no token': {},
    'a proof alone': () => ({ headers: { dpop: proof() } }),
    'another scheme': { headers: { authorization: 'Basic YTpi' } },
  })
  outcomes('a bound token counts', 'accepted', open, { 'with its proof': () => withProof() })
  outcomes('a bearer token is refused, and never anonymous', 'proof_required', open, {
    unbound: bearer(UNBOUND),
    bound: bearer(TOKEN),
  })
  outcomes('so is a bound token without a good proof', 'dpop_proof_invalid', open, {
    'without any': withProof([]),
    'with garbage': withProof('garbage'),
  })
})

describe('attack 111: a bound token anywhere but in the Authorization header', () => {
  const places = () =>
    service({
      dpop: 'required',
      credentials: [
        authorizationHeader(),
        cookie('token'),
        custom((request) => request.header('x-token')[0]),
      ],
    })
  outcomes('is refused', 'proof_required', places, {
    'in a cookie': () => ({ headers: { cookie: `token=${TOKEN}`, dpop: proof() } }),
    'in a header of one’s own': () => ({ headers: { 'x-token': TOKEN, dpop: proof() } }),
  })
  outcomes('is refused with a scheme in front', 'token_malformed', places, {
    'in a header of one’s own': () => ({ headers: { 'x-token': `DPoP ${TOKEN}`, dpop: proof() } }),
  })
  outcomes('is one token too many beside the header', 'credentials_multiple', places, {
    'in a cookie': () => ({
      headers: { authorization: `DPoP ${TOKEN}`, cookie: `token=${TOKEN}`, dpop: proof() },
    }),
  })
})

describe('attack 224: tokens and proofs are no substitutes for each other', () => {
  outcomes('a proof as the access token', 'token_type_not_allowed', required, {
    'by the DPoP scheme': () => {
      const one = proof()
      return withProof(proof({ token: one }), one)
    },
    'by the Bearer scheme': () => bearer(proof()),
  })
  outcomes('an access token as the proof', 'dpop_proof_invalid', required, {
    'the same token': withProof(TOKEN),
    'of the type at+jwt': withProof(token({}, { typ: 'at+jwt' })),
    'with the client’s key in its header': () => withProof(proof({ header: { typ: 'at+jwt' } })),
  })
})

describe('attack 225: the challenge, to the letter', () => {
  const ALGS = 'algs="ES256 ES384 ES512 EdDSA Ed25519 PS256 RS256"'
  const INVALID = 'error="invalid_token", error_description='
  const challengeOf = async (options: Parameters<typeof service>[0], sent: Sent) =>
    (await refusalOf(service(options), sent)).headers['WWW-Authenticate']

  test('without a token it names what is accepted, and no error', async () => {
    expect(await challengeOf({}, {})).toBe('Bearer')
    expect(await challengeOf({ dpop: 'optional' }, {})).toBe(`Bearer, DPoP ${ALGS}`)
    expect(await challengeOf({ dpop: 'required' }, {})).toBe(`DPoP ${ALGS}`)
  })

  test('the error stands on the scheme that was used', async () => {
    expect(await challengeOf({ dpop: 'optional' }, bearer(TOKEN))).toBe(
      `Bearer ${INVALID}"The access token is bound to a key and needs its proof", DPoP ${ALGS}`,
    )
    expect(await challengeOf({ dpop: 'optional' }, withProof([]))).toBe(
      `Bearer, DPoP error="invalid_dpop_proof", error_description="The DPoP proof is missing or invalid", ${ALGS}`,
    )
    expect(await challengeOf({ dpop: 'required' }, bearer(UNBOUND))).toBe(
      `DPoP ${INVALID}"The access token is bound to a key and needs its proof", ${ALGS}`,
    )
    expect(await challengeOf({ dpop: 'required' }, withProof([], UNBOUND))).toBe(
      `DPoP ${INVALID}"The access token is not bound to a key", ${ALGS}`,
    )
    expect(await challengeOf({ dpop: 'optional' }, bearer(UNBOUND, 'x'))).toBe(
      `Bearer error="invalid_request", error_description="The request has a malformed access token", DPoP ${ALGS}`,
    )
  })

  test('it names realm, metadata and the algorithms that were chosen', async () => {
    const options = {
      dpop: { mode: 'required', algorithms: ['ES256', 'PS512'] },
      realm: 'orders',
      resourceMetadata: 'https://api.example.com/.well-known/oauth-protected-resource',
    } as const
    expect(await challengeOf(options, {})).toBe(
      'DPoP realm="orders", algs="ES256 PS512", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"',
    )
  })

  test('a refusal has its status, and nothing that may be stored', async () => {
    const error = await refusalOf(required(), withProof([]))
    expect(error.status).toBe(401)
    expect(error.headers).toEqual({
      'Cache-Control': 'no-store',
      'WWW-Authenticate': expect.any(String),
    })
    expect(error.toJSON()).toEqual({
      type: 'about:blank',
      title: 'The DPoP proof is missing or invalid',
      status: 401,
      code: 'dpop_proof_invalid',
    })
  })
})

describe('without a request', () => {
  test('a bound token is refused by createVerifier', async () => {
    expect(await outcomeOfToken(verifier(), TOKEN)).toBe('proof_required')
  })

  test('createVerifier has no such options', () => {
    expect(() =>
      createVerifier({ issuer: 'https://id.example.com', audience: 'a', dpop: 'off' } as never),
    ).toThrow('dpop: is not an option')
  })
})

test('tokens that are remembered need a proof each time', async () => {
  const authenticate = required()
  expect(await outcomeOf(authenticate, withProof())).toBe('accepted')
  expect(await outcomeOf(authenticate, withProof())).toBe('accepted')
  expect(await outcomeOf(authenticate, withProof([]))).toBe('dpop_proof_invalid')
  expect(await outcomeOf(authenticate, bearer(TOKEN))).toBe('proof_required')
})
