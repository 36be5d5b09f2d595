import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { algorithmsFor, findAlgorithm, type AlgorithmName } from '../jose/algorithms.js'
import { decodeBase64url } from '../jose/base64url.js'
import { KeyRefused } from './key-refused.js'
import { checkPublicKey } from './public-key-checks.js'
import { VerificationKey } from './verification-key.js'

/** The members that make up a public key of each type (RFC 7518 section 6, RFC 8037 section 2). */
const PUBLIC_MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['x', 'y']],
  ['OKP', ['x']],
])
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
/** Octets of a coordinate; leading zeros count (RFC 7518 section 6.2.1.2). */
const COORDINATE_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['P-256', 32],
  ['P-384', 48],
  ['P-521', 66],
  ['Ed25519', 32],
])
const MAXIMUM_KEY_ID_LENGTH = 256

/**
 * Makes a key of a public JWK (RFC 7517), after every check that can be made before it is used.
 *
 * @throws KeyRefused with the reason, which never quotes the key
 */
export function importJwk(jwk: unknown): VerificationKey {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw new KeyRefused('is not an object')
  const own = (name: string): unknown =>
    Object.hasOwn(jwk, name) ? (jwk as Record<string, unknown>)[name] : undefined

  const keyType = own('kty')
  if (keyType === 'oct')
    throw new KeyRefused('is a symmetric key, which does not belong in a set of public keys')
  const members = typeof keyType === 'string' ? PUBLIC_MEMBERS.get(keyType) : undefined
  if (members === undefined) throw new KeyRefused('has no key type (kty) of RSA, EC or OKP')
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) throw new KeyRefused('has private members')
  checkUse(own('use'), own('key_ops'))

  const curve = own('crv')
  const length = typeof curve === 'string' ? COORDINATE_LENGTHS.get(curve) : undefined
  const material: JsonWebKey = { kty: keyType as string }
  if (keyType !== 'RSA') {
    if (length === undefined) throw new KeyRefused('is on a curve other than P-256, P-384, P-521 and Ed25519')
    material.crv = curve as string
  }
  for (const name of members) {
    const text = own(name)
    const octets = typeof text === 'string' ? decodeBase64url(text) : undefined
    if (octets === undefined || octets.length === 0) throw new KeyRefused(`has no base64url member ${name}`)
    if (length !== undefined && octets.length !== length)
      throw new KeyRefused(`has a member ${name} of the wrong length`)
    material[name] = text
  }
  const id = readKeyId(own('kid'))
  const keyObject = createKeyObject(material)
  const kind = checkPublicKey(keyObject)
  return new VerificationKey(
    id,
    allowedAlgorithms(own('alg'), algorithmsFor(kind.keyType, kind.curve)),
    keyObject,
  )
}

function checkUse(use: unknown, operations: unknown): void {
  if (use !== undefined && use !== 'sig') throw new KeyRefused('is for another use than signatures (use)')
  if (operations === undefined) return
  const list: readonly unknown[] = Array.isArray(operations) ? operations : []
  const isSound = list.every((name) => typeof name === 'string') && new Set(list).size === list.length
  if (!isSound || !list.includes('verify')) throw new KeyRefused('is not for verifying (key_ops)')
  if (use === 'sig' && list.some((name) => name !== 'verify' && name !== 'sign')) {
    throw new KeyRefused('is for signatures by use and for more by key_ops')
  }
}

function readKeyId(id: unknown): string | undefined {
  if (id === undefined) return undefined
  if (typeof id === 'string' && id.length <= MAXIMUM_KEY_ID_LENGTH) return id
  throw new KeyRefused('has a key id (kid) that is no string of up to 256 characters')
}

function createKeyObject(material: JsonWebKey) {
  try {
    return createPublicKey({ format: 'jwk', key: material })
  } catch {
    throw new KeyRefused('is not a valid public key, or its point is not on the curve')
  }
}

/** `alg` in the key fixes the algorithm (RFC 7517 section 4.4); without it the key's type and curve do. */
function allowedAlgorithms(alg: unknown, fitting: readonly AlgorithmName[]): readonly AlgorithmName[] {
  if (alg === undefined) return fitting
  const found = typeof alg === 'string' ? findAlgorithm(alg) : undefined
  if (found === undefined || !fitting.includes(found.name)) {
    throw new KeyRefused('has an algorithm (alg) that does not fit it or is not supported')
  }
  return [found.name]
}
