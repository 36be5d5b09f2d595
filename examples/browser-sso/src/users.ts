import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { SessionUser } from '@portcullis/session'

interface User extends SessionUser {
  readonly password: { readonly salt: Uint8Array; readonly digest: Uint8Array }
}

/** The passwords are on the sign-in page: this is an example. */
export const PASSWORDS: Readonly<Record<string, string>> = { alice: 'wonderland', bob: 'builder' }

const ROLES: Readonly<Record<string, readonly string[]>> = { alice: ['clerk'], bob: ['clerk', 'admin'] }

const users = new Map(Object.entries(PASSWORDS).map(([name, password]) => [name, newUser(name, password)]))
const nobody = newUser('nobody', randomBytes(16).toString('hex'))

/** The user of that name and password. Unknown names take as long as wrong passwords. */
export function findUser(name: unknown, password: unknown): SessionUser | undefined {
  const { password: known, ...user } = users.get(String(name)) ?? nobody
  const digest = scryptSync(String(password).slice(0, 256), known.salt, 32)
  return timingSafeEqual(digest, known.digest) && user.subject !== 'nobody' ? user : undefined
}

function newUser(name: string, password: string): User {
  const salt = randomBytes(16)
  return {
    subject: name,
    roles: ROLES[name] ?? [],
    password: { salt, digest: scryptSync(password, salt, 32) },
  }
}
