import { createVerifier, secret } from '@portcullis/core'
import { createSigner, type Algorithm } from 'fast-jwt'
import { importJWK, SignJWT, type JWTPayload } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { createPrivateKey, randomBytes } from 'node:crypto'
import { ask } from '../src/ask.js'
import { createSigningKey, SIGNING_ALGORITHMS, type SigningKey } from '../src/signing-keys.js'
import { AUDIENCE, startSystem, type System } from '../src/system.js'

const keys = SIGNING_ALGORITHMS.map(createSigningKey)
let system: System
beforeAll(async () => {
  system = await startSystem({ keys })
}, 120_000)
afterAll(() => system.stop())

type Minter = (key: SigningKey, claims: JWTPayload) => string | Promise<string>

const withJose: Minter = async (key, claims) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .setExpirationTime('1 minute')
    .sign(await importJWK(key, key.alg))

const withJsonwebtoken: Minter = (key, claims) =>
  jsonwebtoken.sign(claims, createPrivateKey({ format: 'jwk', key }), {
    algorithm: key.alg as jsonwebtoken.Algorithm,
    keyid: key.kid,
    expiresIn: 60,
  })

const withFastJwt: Minter = (key, claims) =>
  createSigner({
    key: createPrivateKey({ format: 'jwk', key }).export({ type: 'pkcs8', format: 'pem' }) as string,
    algorithm: key.alg as Algorithm,
    kid: key.kid,
    expiresIn: 60_000,
  })(claims)

const minters: [name: string, mint: Minter, keys: readonly SigningKey[]][] = [
  ['jose', withJose, keys],
  // jsonwebtoken does not know EdDSA.
  ['jsonwebtoken', withJsonwebtoken, keys.filter(({ alg }) => alg !== 'EdDSA')],
  ['fast-jwt', withFastJwt, keys],
]
const cases = minters.flatMap(([name, mint, ofThis]) =>
  ofThis.map((key) => [name, key.alg, mint, key] as const),
)

test.each(cases)(
  'a token minted by %s with %s opens all three services',
  async (_name, _alg, mint, key) => {
    const { issuer } = system.authorizationServer
    const token = await mint(key, { iss: issuer, aud: AUDIENCE, sub: 'alice', scope: 'orders:read' })

    for (const { port } of system.services) {
      expect(await ask(port, 'GET', '/orders', [token])).toMatchObject({ status: 200 })
      expect(await ask(port, 'DELETE', '/orders/7', [token])).toMatchObject({ status: 403 })
    }
  },
  30_000,
)

const bytes = randomBytes(64)
const claims = { iss: 'https://id.example.com', aud: AUDIENCE, sub: 'alice' }
const symmetric: [name: string, mint: (alg: 'HS256' | 'HS384' | 'HS512') => string | Promise<string>][] = [
  [
    'jose',
    (alg) => new SignJWT(claims).setProtectedHeader({ alg }).setExpirationTime('1 minute').sign(bytes),
  ],
  ['jsonwebtoken', (algorithm) => jsonwebtoken.sign(claims, bytes, { algorithm, expiresIn: 60 })],
  ['fast-jwt', (algorithm) => createSigner({ key: bytes, algorithm, expiresIn: 60_000 })(claims)],
]

test.each(symmetric)('tokens minted by %s with a shared secret are verified', async (_name, mint) => {
  for (const algorithm of ['HS256', 'HS384', 'HS512'] as const) {
    const verify = createVerifier({ issuer: claims.iss, audience: AUDIENCE, keys: secret(bytes, algorithm) })
    expect((await verify(await mint(algorithm))).subject).toBe('alice')
  }
})
