import { boundTo } from '../bound-tokens.js'
import type { ConformanceCase } from '../conformance-case.js'
import type { SeenCode } from '../refusals.js'
import { PUBLIC_ORIGIN } from '../services.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get, MARKER } from './build.js'
import { HOST, makers, PATH, sent } from './dpop-build.js'

/** Tokens that are bound to a key (RFC 9449): worth nothing without a proof for just this request. */
export function dpopCases(tokens: ConformanceTokens): readonly ConformanceCase[] {
  return [
    ...believed(tokens),
    ...withoutTheProof(tokens),
    ...badProofs(tokens),
    ...usedBefore(tokens),
    ...required(tokens),
    ...challenged(tokens),
  ]
}

function believed(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { own, mine, proof } = makers(tokens)
  const { reaches } = casesOf('dpop')
  const admin = own({ roles: ['admin'] })
  return [
    reaches('a bound token with its proof is let in', sent(mine, [proof()])),
    reaches('a bearer token is let in', get(PATH, bearer(tokens.token()))),
    reaches(
      'the scheme may be written in any case',
      get(PATH, ['Host', HOST], ['Authorization', `dpop ${mine}`], ['dpop', proof()]),
    ),
    reaches('a proof for POST is good for POST', sent(mine, [proof({ method: 'POST' })], 'POST')),
    reaches('a proof for HEAD is good for HEAD', sent(mine, [proof({ method: 'HEAD' })], 'HEAD')),
    reaches('the query does not belong to the proof', sent(mine, [proof()], 'GET', `${PATH}?page=2&a=%2F`)),
    reaches(
      'the proof is for the whole path in a mounted router',
      sent(mine, [proof({ url: `http://${HOST}/mounted${PATH}` })], 'GET', `/mounted${PATH}`),
    ),
    reaches(
      'what is written in two ways is one target',
      sent(mine, [proof({ url: `HTTP://API.example:8080/a/..${PATH.replace('t', '%74')}?b#c` })]),
    ),
    reaches(
      'a role counts as with any token',
      sent(admin, [proof({ token: admin, url: `http://${HOST}/admin` })], 'GET', '/admin'),
    ),
  ]
}

function withoutTheProof(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { mine, proof } = makers(tokens)
  const { refuses } = casesOf('dpop')
  const unbound = tokens.token()
  const asBearer = (token: string, ...proofs: readonly string[]) =>
    get(PATH, ['Host', HOST], bearer(token), ...proofs.map((each) => ['DPoP', each] as const))
  return [
    refuses('a bound token as a bearer token', asBearer(mine), 'proof_required'),
    refuses('a bound token as a bearer token, with its proof', asBearer(mine, proof()), 'proof_required'),
    refuses(
      'a bearer token with the DPoP scheme',
      sent(unbound, [proof({ token: unbound })]),
      'token_not_bound',
    ),
    refuses(
      'a bearer token beside a proof',
      asBearer(unbound, proof({ token: unbound })),
      'credentials_malformed',
    ),
    refuses('a bound token without a proof', sent(mine, []), 'dpop_proof_invalid'),
    refuses('a bound token with an empty proof', sent(mine, ['']), 'dpop_proof_invalid'),
    refuses('two proofs in two headers', sent(mine, [proof(), proof()]), 'dpop_proof_invalid'),
    refuses('two proofs in one header', sent(mine, [`${proof()}, ${proof()}`]), 'dpop_proof_invalid'),
    refuses(
      'a token that is bound to a certificate',
      asBearer(tokens.token({ cnf: boundTo(tokens.bound.certificate) })),
      'proof_required',
    ),
    refuses('a binding that means nothing', asBearer(tokens.token({ cnf: MARKER })), 'claim_invalid'),
    refuses(
      'two credentials',
      get(PATH, bearer(unbound), ['Authorization', `DPoP ${mine}`], ['DPoP', proof()]),
      'credentials_multiple',
    ),
    refuses(
      'a scheme without a token',
      get(PATH, ['Authorization', 'DPoP'], ['DPoP', proof()]),
      'credentials_malformed',
    ),
  ]
}

function badProofs(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { now } = tokens
  const { own, mine, proof } = makers(tokens)
  const { refuses } = casesOf('dpop')
  const [header = '', payload = '', signature = ''] = proof().split('.')
  const privateKey = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA', d: 'AAAA' }
  const proofs: Readonly<Record<string, string>> = {
    'no JWT': MARKER,
    'the access token itself': mine,
    'of type JWT': proof({ header: { typ: 'JWT' } }),
    'without a type': proof({ header: { typ: undefined } }),
    'with alg none': proof({ header: { alg: 'none' } }),
    'with HS256': proof({ header: { alg: 'HS256' } }),
    'with a critical extension': proof({ header: { crit: ['exp'] } }),
    'without a key': proof({ header: { jwk: undefined } }),
    'with a private key': proof({ header: { jwk: privateKey } }),
    'with a symmetric key': proof({ header: { jwk: { kty: 'oct', k: 'AAAA' } } }),
    'with another signature': `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'for another method': proof({ method: 'POST' }),
    'for the method in small letters': proof({ method: 'get' }),
    'for another path': proof({ url: `http://${HOST}/admin` }),
    'for the path with a slash': proof({ url: `http://${HOST}${PATH}/` }),
    'for another host': proof({ url: `http://other.example${PATH}` }),
    'for another port': proof({ url: `http://api.example${PATH}` }),
    'for https': proof({ url: `https://${HOST}${PATH}` }),
    'for a host with a user name': proof({ url: `http://mia@${HOST}${PATH}` }),
    'for another token': proof({ token: own({ sub: 'bob' }) }),
    'without the digest of the token': proof({ claims: { ath: undefined } }),
    'that is too old': proof({ claims: { iat: now - 66 } }),
    'from the future': proof({ claims: { iat: now + 6 } }),
    'with a date as text': proof({ claims: { iat: String(now) } }),
    'that has expired by its own exp': proof({ claims: { exp: now - 5 } }),
    'without an id': proof({ claims: { jti: undefined } }),
    'with an id that is too long': proof({ claims: { jti: 'x'.repeat(257) } }),
  }
  return [
    ...Object.entries(proofs).map(([what, each]) =>
      refuses(`a proof ${what}`, sent(mine, [each]), 'dpop_proof_invalid'),
    ),
    refuses('a proof by another key', sent(mine, [proof({ by: 'stranger' })]), 'proof_key_mismatch'),
    refuses('a proof as the access token', sent(proof(), [proof()]), 'token_invalid'),
    refuses(
      'an expired token with a good proof',
      sent(own({ exp: now - 60, iat: now - 120 }), [proof()]),
      'token_expired',
    ),
  ]
}

function usedBefore(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { mine, proof } = makers(tokens)
  const { onlyTheFirst, exactlyOne } = casesOf('dpop')
  const claims = { jti: 'the-same-id' }
  return [
    onlyTheFirst('the same proof again', sent(mine, [proof()]), 'dpop_proof_replayed'),
    exactlyOne('the same proof from 64 requests at once', sent(mine, [proof()]), 'dpop_proof_replayed'),
    onlyTheFirst('another proof with the same id', sent(mine, [proof({ claims })]), 'dpop_proof_replayed'),
  ]
}

function required(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { mine, proof } = makers(tokens)
  const url = PUBLIC_ORIGIN + PATH
  const own = casesOf('dpopRequired')
  const nonce = casesOf('dpopNonce')
  return [
    own.reaches('a proof for the public origin is let in, whatever the Host', sent(mine, [proof({ url })])),
    own.refuses(
      'a proof for another origin that the Host names',
      sent(mine, [proof()]),
      'dpop_proof_invalid',
    ),
    own.refuses('a bearer token', get(PATH, bearer(tokens.token())), 'proof_required'),
    own.refuses('a bound token as a bearer token', get(PATH, bearer(mine)), 'proof_required'),
    own.refuses('no token', get(PATH), 'credentials_missing'),
    own.reaches('a public route stays open', get('/public'), null),
    nonce.refuses('a proof without a nonce', sent(mine, [proof({ url })]), 'dpop_nonce_required'),
    nonce.refuses(
      'a proof with the nonce of another service',
      sent(mine, [proof({ url, claims: { nonce: MARKER } })]),
      'dpop_nonce_required',
    ),
    nonce.refuses('a bad proof', sent(mine, [MARKER]), 'dpop_proof_invalid'),
  ]
}

function challenged(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { mine, proof } = makers(tokens)
  const { refuses } = casesOf('dpop')
  const refused: readonly (readonly [string, SeenCode, string?])[] = [
    ['/admin', 'role_insufficient'],
    ['/scope', 'scope_insufficient', 'orders:read'],
  ]
  return [
    refuses('no token', get(PATH), 'credentials_missing'),
    ...refused.map(([path, code, scope]) =>
      refuses(
        `the error stands on the scheme of the token: ${path}`,
        sent(mine, [proof({ url: `http://${HOST}${path}` })], 'GET', path),
        code,
        scope,
      ),
    ),
    casesOf('resource').refuses(
      'a bound token where no proofs are checked',
      get(PATH, ['Authorization', `DPoP ${mine}`], ['DPoP', proof()]),
      'credentials_missing',
    ),
  ]
}
