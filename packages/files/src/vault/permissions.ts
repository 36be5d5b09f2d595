import {
  anyOf,
  hasPermission,
  hasRole,
  hasScope,
  type Auth,
  type Policy,
  type PolicyResult,
} from '@portcullis/core'
import { FileError } from '../outcome/file-error.js'

/** Whom a token is about: the same `sub` of two issuers is two people. An `Auth` is one. */
export interface Person {
  readonly issuer: string
  readonly subject: string
}

/** Somebody who may, for ever or until a second since the epoch. */
export type Permission = (
  { readonly role: string } | { readonly permission: string } | { readonly scope: string } | Person
) & { readonly until?: number }

/** Who may do what with a file, beside its owner and whom the policies of the vault let. */
export type FilePermissions = { readonly [Action in FileAction]?: readonly Permission[] }

/** What can be done with a file by whoever it is: `read` it, `share` it by grants, `destroy` it. */
export const FILE_ACTIONS = ['read', 'share', 'destroy'] as const
export type FileAction = (typeof FILE_ACTIONS)[number]

const ALLOWED: PolicyResult = Object.freeze({ allowed: true })
const REFUSED: PolicyResult = Object.freeze({ allowed: false, code: 'policy_refused' })

/** A policy that lets one person through, as `hasRole` lets those of a role. */
export function isPerson({ issuer, subject }: Person): Policy {
  return Object.freeze({
    check: (auth: Auth<unknown>) => (auth.issuer === issuer && auth.subject === subject ? ALLOWED : REFUSED),
    describe: () => 'one person',
  })
}

/** The policy of an action: the owner, whom the file permits it, whom the vault lets. */
export function policyFor(
  action: FileAction,
  file: { readonly owner: Person; readonly permissions: FilePermissions },
  ofVault: Policy | undefined,
  now: number,
): Policy {
  const permitted = (file.permissions[action] ?? [])
    .filter(({ until }) => until === undefined || now < until)
    .map(policyOf)
  return anyOf(isPerson(file.owner), ...permitted, ...(ofVault === undefined ? [] : [ofVault]))
}

function policyOf(permission: Permission): Policy {
  if ('role' in permission) return hasRole(permission.role)
  if ('permission' in permission) return hasPermission(permission.permission)
  if ('scope' in permission) return hasScope(permission.scope)
  return isPerson(permission)
}

const MOST_PERMISSIONS = 64
const LONGEST_NAME = 256
const KINDS = [['role'], ['permission'], ['scope'], ['issuer', 'subject']]
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME

/** @throws FileError `metadata_invalid` */
export function readPermissions(given: unknown = {}): FilePermissions {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid()
  const entries = Object.entries(given).map(([action, list]) => {
    if (!FILE_ACTIONS.some((known) => known === action)) throw invalid()
    if (!Array.isArray(list) || list.length > MOST_PERMISSIONS) throw invalid()
    return [action, Object.freeze(list.map(readPermission))] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}

function readPermission(given: unknown): Permission {
  if (typeof given !== 'object' || given === null) throw invalid()
  const { until, ...who } = given as Record<string, unknown>
  const names = Object.keys(who).sort()
  const fits = KINDS.some(
    (kind) => kind.length === names.length && kind.every((name) => names.includes(name)),
  )
  if (!fits || !Object.values(who).every(isName)) throw invalid()
  if (typeof who.scope === 'string' && !SCOPE_TOKEN.test(who.scope)) throw invalid()
  if (until !== undefined && !Number.isFinite(until)) throw invalid()
  return Object.freeze({ ...who, ...(until === undefined ? {} : { until }) }) as Permission
}

/** @throws FileError `metadata_invalid` */
export function readPerson(
  given: { readonly issuer?: unknown; readonly subject?: unknown } | undefined,
): Person {
  const { issuer, subject } = given ?? {}
  if (!isName(issuer) || !isName(subject)) throw invalid()
  return Object.freeze({ issuer, subject })
}

const invalid = () => new FileError('metadata_invalid')
