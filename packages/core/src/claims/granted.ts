import { claimAt } from './claim-at.js'

/** Where an issuer keeps what it grants; each is a path of member names. */
export interface ClaimPaths {
  /** Default `['scope']` (RFC 8693 section 4.2). */
  readonly scopes: readonly string[]
  /** Default `['roles']` (RFC 9068 section 2.2.3.1). */
  readonly roles: readonly string[]
  /** Default `['permissions']`. */
  readonly permissions: readonly string[]
}

const NONE: ReadonlySet<string> = new Set()

/** The scopes: a string is split on single spaces (RFC 6749 section 3.3), a list is taken element by element. */
export function scopesOf(claims: unknown, path: readonly string[]): ReadonlySet<string> {
  const value = claimAt(claims, path)
  if (typeof value === 'string') return new Set(value.split(' ').filter((scope) => scope !== ''))
  return listOf(value)
}

/** Roles or permissions: a list of strings, or one string that is one whole name and is never split. */
export function namesOf(claims: unknown, path: readonly string[]): ReadonlySet<string> {
  const value = claimAt(claims, path)
  return typeof value === 'string' && value !== '' ? new Set([value]) : listOf(value)
}

/** A list with anything but strings in it grants nothing: it is not what the issuer means by such a claim. */
function listOf(value: unknown): ReadonlySet<string> {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return NONE
  return new Set(value)
}
