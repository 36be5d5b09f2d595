/**
 * The value at a path of member names, by own properties of objects only: no prototype, no array index, no dots.
 *
 * @returns undefined where the path leads nowhere
 */
export function claimAt(claims: unknown, path: readonly string[]): unknown {
  let value = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) {
      return undefined
    }
    value = (value as Record<string, unknown>)[name]
  }
  return value
}
