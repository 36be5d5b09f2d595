import type { Revocation } from './revocation-store.js'

/** What a revocation is looked up by. */
export type RevocationKind = 'tokenId' | 'subject' | 'sessionId' | 'keyId' | 'everything'

/** A revocation, checked, as a store files it. */
export interface FiledRevocation {
  readonly kind: RevocationKind
  /** Empty for everything. */
  readonly id: string
  /** Tokens issued before this second are concerned; Infinity concerns all. */
  readonly issuedBefore: number
  readonly until: number
}

/** By the member that names what is called back, and the one that says how far it reaches, where there is one. */
const KINDS: ReadonlyMap<string, readonly [kind: RevocationKind, reach?: string]> = new Map([
  ['tokenId', ['tokenId']],
  ['subject', ['subject', 'issuedBefore']],
  ['sessionId', ['sessionId']],
  ['keyId', ['keyId']],
  ['everythingIssuedBefore', ['everything', 'everythingIssuedBefore']],
])

/**
 * Checks a revocation: a mistake in one would revoke nothing, and nobody would notice.
 *
 * @throws TypeError
 */
export function fileRevocation(revocation: Revocation): FiledRevocation {
  const members = new Map<string, unknown>(Object.entries(revocation))
  const name = [...KINDS.keys()].find((candidate) => members.has(candidate))
  const [kind, reach] = KINDS.get(name ?? '') ?? []
  if (name === undefined || kind === undefined) {
    throw new TypeError(`a revocation names one of ${[...KINDS.keys()].join(', ')}`)
  }
  const known = ['issuer', 'until', name, reach]
  const unknown = [...members.keys()].find((member) => !known.includes(member))
  if (unknown !== undefined) throw new TypeError(`a revocation by ${name} has no member ${unknown}`)
  requireText(members, 'issuer')
  return {
    kind,
    id: kind === 'everything' ? '' : requireText(members, name),
    issuedBefore: reach === undefined ? Number.POSITIVE_INFINITY : requireSeconds(members, reach),
    until: requireFinite(requireSeconds(members, 'until')),
  }
}

function requireText(members: ReadonlyMap<string, unknown>, name: string): string {
  const value = members.get(name)
  if (typeof value === 'string' && value !== '') return value
  throw new TypeError(`a revocation needs ${name} as a string that is not empty`)
}

function requireSeconds(members: ReadonlyMap<string, unknown>, name: string): number {
  const value = members.get(name)
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  throw new TypeError(`a revocation needs ${name} in seconds since the epoch`)
}

/** Whatever never ends would fill the store. */
function requireFinite(until: number): number {
  if (Number.isFinite(until)) return until
  throw new TypeError('a revocation needs an end: until when the tokens concerned live')
}
