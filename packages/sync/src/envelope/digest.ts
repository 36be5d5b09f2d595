import { createHash, type Hash } from 'node:crypto'
import { parseDictionary } from 'structured-headers'
import { SyncError } from '../outcome/sync-error.js'

/** The algorithms of RFC 9530 that resist an attacker (section 5), by the names of its registry and of Node. */
const ALGORITHMS = {
  'sha-256': { hash: 'sha256', bytes: 32 },
  'sha-512': { hash: 'sha512', bytes: 64 },
} as const

export type DigestAlgorithm = keyof typeof ALGORITHMS
export const DIGEST_ALGORITHMS = Object.keys(ALGORITHMS) as DigestAlgorithm[]

/** Stands for the digest of the batch before the first one. */
export const NO_BATCH = 'none'

/** Hashes bytes while they pass. */
export interface Digesting {
  update(chunk: Uint8Array): void
  /** One member of a `Content-Digest` (RFC 9530 section 2): `sha-256=:...:`. */
  text(): string
}

export function startDigest(algorithm: DigestAlgorithm): Digesting {
  const hash: Hash = createHash(ALGORITHMS[algorithm].hash)
  return {
    update: (chunk) => void hash.update(chunk),
    text: () => `${algorithm}=:${hash.digest('base64')}:`,
  }
}

/** The algorithm of a digest in its one spelling, or undefined for any other text. */
export function algorithmOf(digest: string): DigestAlgorithm | undefined {
  return DIGEST_ALGORITHMS.find((algorithm) => {
    const value = digest.startsWith(`${algorithm}=:`) ? digest.slice(algorithm.length + 2, -1) : ''
    return digest.endsWith(':') && isCanonical(value, ALGORITHMS[algorithm].bytes)
  })
}

function isCanonical(base64: string, length: number): boolean {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === length && bytes.toString('base64') === base64
}

/**
 * Reads a `Content-Digest` or `Repr-Digest` header (RFC 9530 sections 2 and 3): all digests in it that are known here,
 * each in its one spelling. Unknown algorithms are passed over, unless there is no other.
 *
 * @throws SyncError `content_digest_malformed`, `content_digest_unsupported`
 */
export function readDigestHeader(text: string): ReadonlyMap<DigestAlgorithm, string> {
  const dictionary = parse(text)
  const known = new Map<DigestAlgorithm, string>()
  for (const algorithm of DIGEST_ALGORITHMS) {
    const item = dictionary.get(algorithm)
    if (item === undefined) continue
    const [value] = item
    // The later of two members of one name would win (RFC 8941 section 3.2), and hide the other.
    const isOnce = text.split(new RegExp(`(?:^|[,\\s])${algorithm}(?=[=;,\\s]|$)`)).length === 2
    const spelled =
      value instanceof ArrayBuffer ? `${algorithm}=:${Buffer.from(value).toString('base64')}:` : ''
    if (!isOnce || algorithmOf(spelled) !== algorithm || !text.includes(spelled)) throw malformed()
    known.set(algorithm, spelled)
  }
  if (known.size === 0) throw new SyncError('content_digest_unsupported')
  return known
}

function parse(text: string) {
  try {
    return parseDictionary(text)
  } catch {
    throw malformed()
  }
}

const malformed = () => new SyncError('content_digest_malformed')
