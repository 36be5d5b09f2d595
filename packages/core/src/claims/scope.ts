/** One scope: visible ASCII without quotation marks and backslashes, so that it may stand in a challenge. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/
/** Scopes of one text at most: more are a mistake or an attack. */
const MOST_SCOPES = 100

/** Whether a value is one scope by the grammar of RFC 6749 section 3.3. */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && SCOPE_TOKEN.test(value)
}

/**
 * Parses a scope parameter: scopes with single spaces between them (RFC 6749 section 3.3).
 *
 * @returns each scope once, at most 100; undefined when the value breaks the grammar, is empty or has more scopes
 */
export function parseScope(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return undefined
  const scopes = value.split(' ', MOST_SCOPES + 1)
  if (scopes.length > MOST_SCOPES || !scopes.every(isScopeToken)) return undefined
  return [...new Set(scopes)]
}
