import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import type { AlgorithmName } from '../../../src/jose/algorithms.js'
import { jwk } from '../../../src/keys/jwk.js'
import { secret } from '../../../src/keys/secret.js'
import { rsaKey } from './rsa-keys.js'
import type { SingleKey } from '../../../src/keys/single-key.js'

/** Signs a text. */
export type Sign = (input: string) => Buffer

/** A real key of one algorithm, made when it is first asked for. */
export interface TestKey {
  readonly alg: AlgorithmName
  readonly sign: Sign
  /** What a verifier is given. */
  readonly source: SingleKey
  /** The public half; of an HMAC key nothing but its type. */
  readonly publicJwk: JsonWebKey
  /** The private key, or the shared secret. */
  readonly material: KeyObject
}

type Kind = 'oct' | 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519'

const pss = (saltLength: number) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
const p1363 = { dsaEncoding: 'ieee-p1363' } as const

/** Written apart from the library's own table, which is what it is held against. */
const HOW: Readonly<Record<AlgorithmName, readonly [kind: Kind, hash?: string, parameters?: object]>> = {
  HS256: ['oct', 'sha256'],
  HS384: ['oct', 'sha384'],
  HS512: ['oct', 'sha512'],
  RS256: ['RSA', 'sha256'],
  RS384: ['RSA', 'sha384'],
  RS512: ['RSA', 'sha512'],
  PS256: ['RSA', 'sha256', pss(32)],
  PS384: ['RSA', 'sha384', pss(48)],
  PS512: ['RSA', 'sha512', pss(64)],
  ES256: ['P-256', 'sha256', p1363],
  ES384: ['P-384', 'sha384', p1363],
  ES512: ['P-521', 'sha512', p1363],
  EdDSA: ['Ed25519'],
  Ed25519: ['Ed25519'],
}

export const ALGORITHMS = Object.keys(HOW) as readonly AlgorithmName[]
export const ASYMMETRIC = ALGORITHMS.filter((alg) => HOW[alg][0] !== 'oct')

/** Signs by any algorithm with any key that OpenSSL lets it have: what a forger does. */
export function signer(alg: AlgorithmName, material: KeyObject): Sign {
  const [kind, hash, parameters] = HOW[alg]
  if (kind === 'oct') return (input) => createHmac(String(hash), material).update(input).digest()
  return (input) => sign(hash ?? null, Buffer.from(input), { key: material, ...parameters })
}

const made = new Map<string, unknown>()

function once<T>(name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make())
  return made.get(name) as T
}

/**
 * The key of an algorithm. Algorithms of one kind share it, as they would at an issuer.
 *
 * @param owner who has the key: nobody trusts another owner's
 */
export function keyOf(alg: AlgorithmName, owner = 'issuer'): TestKey {
  return once(`${alg} ${owner}`, () => {
    const [kind, hash] = HOW[alg]
    if (kind === 'oct') {
      const bytes = randomBytes(Number(hash?.slice(3)) / 8)
      const material = createSecretKey(bytes)
      const source = secret(bytes, alg as 'HS256')
      return { alg, sign: signer(alg, material), source, publicJwk: { kty: 'oct' }, material }
    }
    const pair = once(`pair ${kind} ${owner}`, () => generatePair(kind, owner))
    const publicJwk = pair.publicKey.export({ format: 'jwk' })
    const material = pair.privateKey
    return { alg, sign: signer(alg, material), source: jwk({ ...publicJwk, alg }), publicJwk, material }
  })
}

function generatePair(kind: Exclude<Kind, 'oct'>, owner: string) {
  if (kind === 'RSA') {
    const privateKey = rsaKey(owner)
    return { privateKey, publicKey: createPublicKey(privateKey.export({ format: 'pem', type: 'pkcs8' })) }
  }
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: kind })
}
