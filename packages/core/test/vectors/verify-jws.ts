import { createCompactParser, type CompactJws } from '../../src/jose/compact.js'
import { findAlgorithm } from '../../src/jose/algorithms.js'
import { verifySignature } from '../../src/jose/signature.js'
import { findKey } from '../../src/keys/find-key.js'
import { jwk } from '../../src/keys/jwk.js'
import { secret } from '../../src/keys/secret.js'
import type { SingleKey } from '../../src/keys/single-key.js'

export type Jwk = Readonly<Record<string, unknown>>

const PUBLIC_MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y', 'use', 'key_ops', 'alg', 'kid']

function sourceOf(key: Jwk): SingleKey {
  if (key.kty === 'oct')
    return secret(Buffer.from(String(key.k), 'base64url'), (key.alg ?? 'HS256') as 'HS256')
  return jwk(Object.fromEntries(Object.entries(key).filter(([name]) => PUBLIC_MEMBERS.includes(name))))
}

/** The signature part of the walk by itself: vectors sign whatever payload, claims or not. */
export async function verifiesJws(text: string, key: Jwk): Promise<boolean> {
  try {
    return await holds(createCompactParser(16_384).parse(text), key)
  } catch {
    return false
  }
}

/**
 * The same for a payload of no octets. The parser of tokens refuses it, since there are no claims in it, so that its
 * parts are taken from a token with some payload.
 */
export async function verifiesEmptyPayload(text: string, key: Jwk): Promise<boolean> {
  const jws = createCompactParser(16_384).parse(text.replace('..', '.e30.'))
  return holds({ ...jws, signingInput: `${jws.headerSegment}.` }, key)
}

async function holds({ header, signingInput, signature }: CompactJws, key: Jwk): Promise<boolean> {
  const algorithm = findAlgorithm(header.alg)
  const found = await findKey(sourceOf(key), header)
  if (algorithm === undefined || !found.algorithms.includes(algorithm.name)) return false
  return verifySignature(algorithm, found, signingInput, signature)
}
