import { spawnSync } from 'node:child_process'
import { createPublicKey, randomBytes, type JsonWebKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVerifier as createFastVerifier, type Algorithm } from 'fast-jwt'
import { createLocalJWKSet, jwtVerify, type JWK } from 'jose'
import { createKeyRing, createSigner, sharedSecret, type SigningAlgorithm } from '@portcullis/issuer'
import { optionalPart } from '../../../test/support/optional-part.ts'

const ISSUER = 'https://id.example.com'
const AUDIENCE = 'orders-api'
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'] as const

interface Case {
  readonly algorithm: (typeof ALGORITHMS)[number]
  /** What the verifier is given: the public key, and the secret for HS256. */
  readonly jwk: JWK & { readonly kty: string }
  readonly token: string
}

const cases = new Map<string, Case>()
beforeAll(async () => {
  const request = { subject: 'alice', audience: AUDIENCE, clientId: 'web', roles: ['clerk'], scope: ['a'] }
  for (const algorithm of ALGORITHMS) {
    const secret = randomBytes(32)
    const keyRing =
      algorithm === 'HS256'
        ? sharedSecret(secret)
        : createKeyRing({ algorithm: algorithm satisfies SigningAlgorithm })
    const { token } = await createSigner({ issuer: ISSUER, keyRing }).sign(request)
    const { publicJwk } = await keyRing.signingKey()
    const jwk = publicJwk ?? { kty: 'oct', k: secret.toString('base64url'), alg: 'HS256' }
    cases.set(algorithm, { algorithm, jwk: jwk as Case['jwk'], token })
  }
})

/** The same token about somebody else, with the signature that it had. */
function forged({ token, ...parts }: Case): Case {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'mallory' })).toString('base64url')
  return { ...parts, token: [header, other, signature].join('.') }
}

/** Who a token is about, as a verifier sees it; it throws where the token is refused. */
type Verify = (one: Case) => unknown

const byJose: Verify = async ({ algorithm, jwk, token }) => {
  const key = algorithm === 'HS256' ? Buffer.from(jwk.k ?? '', 'base64url') : undefined
  const rules = { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: [algorithm] }
  const verified =
    key === undefined
      ? await jwtVerify(token, createLocalJWKSet({ keys: [jwk] }), rules)
      : await jwtVerify(token, key, rules)
  return verified.payload.sub
}

const byFastJwt: Verify = ({ algorithm, jwk, token }) => {
  const key =
    algorithm === 'HS256'
      ? Buffer.from(jwk.k ?? '', 'base64url')
      : createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).export({ format: 'pem', type: 'spki' })
  const algorithms = [algorithm satisfies Algorithm]
  const verify = createFastVerifier({ key, algorithms, allowedIss: ISSUER, allowedAud: AUDIENCE })
  return (verify(token) as { readonly sub: string }).sub
}

/** `jose jws ver` checks the signature and writes the payload. */
const byTheTool: Verify = ({ jwk, token }) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-jose-'))
  try {
    writeFileSync(join(folder, 'key'), JSON.stringify(jwk))
    writeFileSync(join(folder, 'token'), token)
    const { status, stdout } = spawnSync('jose', ['jws', 'ver', '-i', 'token', '-k', 'key', '-O', '-'], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error('jose refuses it')
    return (JSON.parse(stdout) as { readonly sub: string }).sub
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const python = (script: readonly string[], input = '') =>
  spawnSync('/usr/bin/python3', script, { input, encoding: 'utf8' })

const byPython =
  (library: string): Verify =>
  (one) => {
    const request = { library, issuer: ISSUER, audience: AUDIENCE, tokens: [one] }
    const { stdout } = python([join(__dirname, 'support/verify_tokens.py')], JSON.stringify(request))
    const [answer] = JSON.parse(stdout) as readonly string[]
    if (answer === undefined || answer.startsWith('refused')) throw new Error(answer)
    return answer
  }

const hasModule = (name: string, library: string) =>
  python(['-c', `import ${name}`]).status === 0 || optionalPart(library, `apt-get install python3-${name}`)

// Debian's jose has no EdDSA.
const withoutEdDsa = ALGORITHMS.filter((algorithm) => algorithm !== 'EdDSA')

describe.each([
  ['jose', byJose, ALGORITHMS, true],
  ['fast-jwt', byFastJwt, ALGORITHMS, true],
  ['PyJWT', byPython('PyJWT'), ALGORITHMS, hasModule('jwt', 'PyJWT')],
  ['authlib', byPython('authlib'), ALGORITHMS, hasModule('authlib', 'authlib')],
  ["Debian's jose", byTheTool, withoutEdDsa, optionalPart('jose', 'apt-get install jose')],
] as const)('%s', (_, verify, algorithms, isThere) => {
  const given = isThere ? test : test.skip
  given.each(algorithms)('accepts a token by %s, and refuses a forged one', async (algorithm) => {
    const one = cases.get(algorithm)!
    expect(await verify(one)).toBe('alice')
    await expect(
      (async () => {
        await verify(forged(one))
      })(),
    ).rejects.toThrow()
  })
})
