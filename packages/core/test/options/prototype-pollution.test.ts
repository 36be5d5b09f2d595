import { createAuthenticator } from '../../src/authenticator.js'
import { AuthError } from '../../src/outcome/auth-error.js'
import { explain } from '../../src/outcome/explain.js'
import { jwk } from '../../src/keys/jwk.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { pem } from '../../src/keys/pem.js'
import { createVerifier, type Verifier } from '../../src/verifier.js'
import { createAuthorizer, type Authorizer } from '../../src/policy/authorizer.js'
import { hasScope } from '../../src/policy/grants.js'
import { AUDIENCE, CLAIMS, ISSUER, KEY, NOW, sealed, token, verifier } from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { createPublicKey } from 'node:crypto'

/** Members that the library, or node:crypto on its behalf, looks for in some object. */
const NAMES = [
  ...['alg', 'kid', 'typ', 'cty', 'crit', 'b64', 'zip', 'jwk', 'jku', 'x5c'],
  ...['iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'jti', 'client_id', 'cnf', 'scope', 'roles', 'permissions'],
  ...['keys', 'kty', 'crv', 'use', 'key_ops', 'n', 'e', 'x', 'y', 'k', 'p'],
  ...['issuer', 'audience', 'algorithms', 'profile', 'requiredClaims', 'expectedClaims', 'clockTolerance'],
  ...['maxTokenAge', 'maxTokenLength', 'cacheSize', 'schema', 'clock', 'realm', 'issuers', 'resolveIssuer'],
  ...['credentials', 'optional', 'revocation', 'replay', 'dpop', 'mutualTls', 'csrf', 'claimPaths'],
  ...['padding', 'saltLength', 'dsaEncoding', 'format', 'type', 'passphrase', 'encoding', 'hash', 'curve'],
  ...['cause', 'scopes', 'details', 'error', 'description', 'publicCode', 'retryAfter', 'nonce'],
  ...['acrValues', 'maxAge', 'schemes', 'resourceMetadata', 'proofAlgorithms', 'code', 'allowed', 'keyIds'],
  ...['find', 'check', 'describe', 'only', 'token', 'scheme', 'claim', 'expected', 'limit', 'seconds'],
]
/** What the polluted member says: a plausible value. */
const valueOf = (name: string) =>
  /^(?:exp|nbf|iat|max|clock|limit|seconds|retry)/.test(name) ? NOW + 1000 : 'at+jwt'

const rsa = keyOf('RS256')
const rsaPem = createPublicKey(rsa.material.export({ format: 'pem', type: 'pkcs8' })).export({
  format: 'pem',
  type: 'spki',
}) as string
const accessToken = { client_id: 'shop', jti: '1' }

const requireScope: Authorizer = createAuthorizer(hasScope('orders:read'))
const GOOD = token()
const COMMON = [
  GOOD,
  token({}, { kid: 'k' }),
  token({ exp: undefined }),
  token({ iss: undefined, aud: undefined }),
]
const ODD = [
  token({}, { kid: 'other' }),
  token(accessToken),
  token(accessToken, { typ: 'at+jwt' }),
  token({ exp: NOW - 60, iat: undefined, sub: undefined }),
  sealed({}, CLAIMS),
  sealed({ alg: 'ES256' }, {}),
  token({}, {}, keyOf('ES256', 'stranger')),
]
const RSA = [token({}, {}, rsa), token({}, {}, keyOf('PS256'))]

async function seen(act: () => unknown): Promise<string> {
  try {
    return `done: ${JSON.stringify(await act())}`
  } catch (error) {
    if (!(error instanceof AuthError)) return String(error)
    return [error.code, JSON.stringify(error), JSON.stringify(error.headers), explain(error)].join(' ')
  }
}

/** Everything that the library says to the tokens above, in several configurations. */
async function answers(): Promise<readonly string[]> {
  const one = { issuer: ISSUER, audience: AUDIENCE }
  const set = localJwks({ keys: [{ ...KEY.publicJwk, kid: 'k', alg: 'ES256' }] })
  const configurations: readonly (readonly [make: () => Verifier, tokens: readonly string[]])[] = [
    [() => verifier(), [...COMMON, ...ODD]],
    [() => verifier({ profile: 'at+jwt' }), ODD],
    [() => verifier({ keys: set }), COMMON],
    [() => verifier({ keys: jwk(rsa.publicJwk) }), RSA],
    [() => verifier({ keys: pem(rsaPem, 'RS256') }), RSA],
    [() => verifier({ keys: { find: () => undefined } }), COMMON],
    [() => createVerifier({ issuers: [{ ...one, keys: KEY.source }], clock: () => NOW }), COMMON],
  ]
  const all: string[] = []
  for (const [make, tokens] of configurations) {
    try {
      const verify = make()
      for (const text of tokens) all.push(await seen(() => verify(text)))
    } catch (error) {
      all.push(String(error))
    }
  }
  all.push(
    await seen(() => createVerifier({} as never)),
    await seen(() => createVerifier({ issuer: ISSUER } as never)),
    await seen(() => jwk({ kty: 'RSA' })),
    await seen(() =>
      createAuthenticator({ ...one, keys: KEY.source })({ method: 'GET', url: '', header: () => [] }),
    ),
    await seen(async () => {
      requireScope(await verifier()(GOOD))
    }),
  )
  return all
}

describe('attack 321: a polluted Object.prototype', () => {
  let clean: readonly string[]
  beforeAll(async () => {
    clean = await answers()
  })

  // Without `d`, which Node's import of a JWK reads through the prototype, and `status`, which lru-cache does: with
  // those nothing can be verified at all.
  it.each(NAMES)('changes no answer by %s', async (name) => {
    Object.defineProperty(Object.prototype, name, {
      value: valueOf(name),
      configurable: true,
      writable: true,
    })
    let polluted: readonly string[]
    try {
      polluted = await answers()
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
    const changed = clean.findIndex((answer, index) => answer !== polluted[index])
    expect(polluted[changed]).toBe(clean[changed])
  })
})
