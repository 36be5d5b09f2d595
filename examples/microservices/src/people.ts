/** Somebody who signs in by name and password. */
export interface Person {
  /** The `sub` of the tokens; it stays when the name changes. */
  readonly id: string
  readonly name: string
  /** For the story only: what is kept of it is a hash. */
  readonly password: string
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
}

/** What each role may do; a token says both. */
const ROLES = {
  customer: ['orders:place'],
  clerk: ['orders:read', 'stock:adjust'],
  manager: ['orders:read', 'payments:read', 'payments:refund', 'people:suspend', 'stock:adjust'],
} as const

function person(id: string, name: string, role: keyof typeof ROLES): Person {
  return { id, name, password: `the password of ${name}`, roles: [role], permissions: ROLES[role] }
}

export const PEOPLE = {
  carol: person('p-101', 'carol', 'customer'),
  dave: person('p-102', 'dave', 'customer'),
  clara: person('p-103', 'clara', 'clerk'),
  max: person('p-104', 'max', 'manager'),
} as const

export type PersonName = keyof typeof PEOPLE
