/** What each token has, and nobody can leave out. */
const NEEDED = new Set('iss sub aud client_id iat exp jti sid auth_time'.split(' '))
const MOST_NAMES = 5

/** Says what takes the room in a token, by name and size and never by value. */
export function sizeAdvice(token: string, bytes: number, largest: number): string {
  const names = membersOf(token)
    .map(([name, value]) => ({ name, size: Buffer.byteLength(JSON.stringify(value)) }))
    .sort((one, other) => other.size - one.size)
    .slice(0, MOST_NAMES)
    .map(({ name, size }) => `${name} (${size} bytes)`)
  const what = names.length === 0 ? 'roles, permissions and claims' : names.join(', ')
  return (
    `it takes ${bytes} bytes with its attributes, and browsers keep ${largest}. ` +
    `Leave out of signIn() what services can look up by the subject: ${what}`
  )
}

function membersOf(token: string): readonly (readonly [name: string, value: unknown])[] {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return Object.entries(payload as object).filter(([name]) => !NEEDED.has(name))
  } catch {
    // An encrypted token: only its audience can say.
    return []
  }
}
