import type { StandardSchemaV1 } from '@standard-schema/spec'
import { AuthError } from '../outcome/auth-error.js'
import { printable } from '../outcome/printable.js'
import type { Claims } from './claims.js'

/** Turns proven claims into what the user's schema makes of them. */
export type ClaimsReader<C> = (claims: Claims) => C | Promise<C>

/**
 * Reads claims through any Standard Schema (zod, valibot, arktype). What it answers is the type of `auth.claims`.
 * Its messages may quote claim values, so that only the paths it complains of are kept.
 */
export function schemaReader<C>(schema: StandardSchemaV1<unknown, C>): ClaimsReader<C> {
  const read = (result: StandardSchemaV1.Result<C>): C => {
    if (result.issues !== undefined)
      throw new AuthError('claims_refused', { details: { paths: pathsOf(result.issues) } })
    // A schema that answers neither way has not said yes.
    if (!('value' in result)) throw new AuthError('claims_refused')
    return deepFreeze(result.value)
  }
  return (claims) => {
    try {
      const result = schema['~standard'].validate(claims)
      // By its shape: a promise of another realm or of a library is no instance of this Promise.
      return 'then' in result ? Promise.resolve(result).then(read).catch(refuse) : read(result)
    } catch (error) {
      return refuse(error)
    }
  }
}

function refuse(error: unknown): never {
  throw error instanceof AuthError ? error : new AuthError('claims_refused')
}

function pathsOf(issues: readonly StandardSchemaV1.Issue[]): readonly string[] {
  return issues
    .slice(0, 20)
    .map(({ path = [] }) => path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'))
    .map(printable)
}

/** Octets, which cannot be frozen, are left as they are. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) {
    return value
  }
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
  return value
}
