import type { Revocation } from '@portcullis/core'

/** A revocation as the store files it. */
export interface FiledRevocation {
  /** JSON of the issuer, the kind and the id. */
  readonly what: string
  /** Seconds since the epoch. */
  readonly until: number
  /** Tokens issued before this second are concerned. */
  readonly issuedBefore: number
}

const KINDS = ['tokenId', 'subject', 'sessionId', 'keyId', 'everythingIssuedBefore'] as const
type Kind = (typeof KINDS)[number]

/** @param revocation one that the store in memory has taken, so that it is sound */
export function fileRevocation(revocation: Revocation): FiledRevocation {
  const members = revocation as unknown as Readonly<Record<string, unknown>>
  const kind = KINDS.find((name) => Object.hasOwn(members, name))
  if (kind === undefined) throw new TypeError('A revocation of no kind')
  const { issuer, until } = revocation
  if (kind === 'everythingIssuedBefore') {
    return { what: JSON.stringify([issuer, kind, '']), until, issuedBefore: Number(members[kind]) }
  }
  const issuedBefore = kind === 'subject' ? Number(members.issuedBefore) : Number.POSITIVE_INFINITY
  return { what: JSON.stringify([issuer, kind, members[kind]]), until, issuedBefore }
}

/** The same revocation again. */
export function revocationOf({ what, until, issuedBefore }: FiledRevocation): Revocation {
  const [issuer, kind, id] = JSON.parse(what) as readonly [string, Kind, string]
  if (kind === 'everythingIssuedBefore') return { issuer, until, everythingIssuedBefore: issuedBefore }
  if (kind === 'subject') return { issuer, until, subject: id, issuedBefore }
  return { issuer, until, [kind]: id } as unknown as Revocation
}

/** As `entries` and `log` have it: two numbers that Lua reads as well. */
export function howOf({ until, issuedBefore }: FiledRevocation): readonly [string, string] {
  return [numberText(until), numberText(issuedBefore)]
}

export function filedFrom(what: string, how: string): FiledRevocation {
  const [until = Number.NaN, issuedBefore = Number.NaN] = how.split(' ').map(Number)
  return { what, until, issuedBefore }
}

/** Lua reads what is past every number as infinity, and so does JavaScript. */
function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '1e999'
  return value === Number.NEGATIVE_INFINITY ? '-1e999' : String(value)
}
