import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import { IssuerError } from '../issuer-error.js'
import { generateSigningKey, SIGNING_ALGORITHMS, type SigningAlgorithm } from './signing-algorithms.js'
import { SigningKey } from './signing-key.js'

/** A key with the moments that decide what it does. Times are seconds since the epoch. */
export interface RingKey {
  readonly key: SigningKey
  readonly publishedAt: number
  readonly signsFrom: number
}

/** The key as it is stored; the only form that has the private members. */
interface StoredKey {
  readonly algorithm: SigningAlgorithm
  readonly pkcs8: string
  readonly publishedAt: number
  readonly signsFrom: number
}

const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const

/** A new key for the ring. */
export async function newRingKey(
  algorithm: SigningAlgorithm,
  times: { readonly publishedAt: number; readonly signsFrom: number },
): Promise<RingKey> {
  return { key: await signingKeyFrom(await generateSigningKey(algorithm), algorithm), ...times }
}

async function signingKeyFrom(material: KeyObject, algorithm: SigningAlgorithm): Promise<SigningKey> {
  const exported = await exportJWK(createPublicKey(material))
  const members = Object.fromEntries(
    PUBLIC_MEMBERS.filter((name) => exported[name] !== undefined).map((name) => [name, exported[name]]),
  ) as unknown as JWK & { kty: string }
  const id = await calculateJwkThumbprint(members)
  const publicJwk = Object.freeze({ ...members, kid: id, alg: algorithm, use: 'sig' })
  return new SigningKey({ id, algorithm, material, publicJwk })
}

/** What a store keeps. It holds private keys. */
export function serializeRing(keys: readonly RingKey[]): string {
  const stored = keys.map(({ key, publishedAt, signsFrom }) => ({
    algorithm: key.algorithm,
    pkcs8: SigningKey.materialOf(key).export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    publishedAt,
    signsFrom,
  }))
  return JSON.stringify({ keys: stored })
}

/** @throws IssuerError `key_ring_corrupt`, without a word of what was read */
export async function parseRing(content: string): Promise<readonly RingKey[]> {
  try {
    const { keys } = JSON.parse(content) as { readonly keys: readonly StoredKey[] }
    if (keys.length === 0) throw new TypeError()
    return await Promise.all(keys.map(readKey))
  } catch {
    throw new IssuerError('key_ring_corrupt')
  }
}

async function readKey({ algorithm, pkcs8, publishedAt, signsFrom }: StoredKey): Promise<RingKey> {
  const sound =
    SIGNING_ALGORITHMS.includes(algorithm) && Number.isFinite(publishedAt) && Number.isFinite(signsFrom)
  if (!sound) throw new TypeError()
  const material = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), type: 'pkcs8', format: 'der' })
  return { key: await signingKeyFrom(material, algorithm), publishedAt, signsFrom }
}
