import { randomBytes } from 'node:crypto'
import { hashPassword, isPassword } from './passwords.js'
import type { Person } from './people.js'

/** What identity keeps of a person. */
export type Account = Omit<Person, 'password'> & { readonly passwordHash: string }

export interface Accounts {
  /** The account whose name and password these are, if it may sign in. */
  check(name: string, password: string): Promise<Account | undefined>
  readonly isActive: (id: string) => boolean
  /** @returns the account, which may not sign in any more */
  suspend(name: string): Account | undefined
}

export async function createAccounts(people: readonly Person[]): Promise<Accounts> {
  const suspended = new Set<string>()
  const accounts = new Map(
    await Promise.all(
      people.map(async ({ password, ...person }): Promise<[string, Account]> => [
        person.name,
        { ...person, passwordHash: await hashPassword(password) },
      ]),
    ),
  )
  // Names that nobody has take as long as those that somebody has.
  const nobodys = await hashPassword(randomBytes(32).toString('base64url'))
  return {
    async check(name, password) {
      const account = accounts.get(name)
      const matches = await isPassword(account?.passwordHash ?? nobodys, password)
      return matches && account !== undefined && !suspended.has(account.id) ? account : undefined
    },
    isActive: (id) => !suspended.has(id),
    suspend(name) {
      const account = accounts.get(name)
      if (account !== undefined) suspended.add(account.id)
      return account
    },
  }
}
