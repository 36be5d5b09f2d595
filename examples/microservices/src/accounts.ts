import { randomBytes } from 'node:crypto'
import { hashPassword, isPassword } from './passwords.js'
import type { Person } from './people.js'
import type { State } from './state.js'

/** What identity keeps of a person. */
export type Account = Omit<Person, 'password'> & { readonly passwordHash: string }

export interface Accounts {
  /** The account whose name and password these are, if it may sign in. */
  check(name: string, password: string): Promise<Account | undefined>
  readonly isActive: (id: string) => Promise<boolean>
  /** @returns the account, which may not sign in any more */
  suspend(name: string): Promise<Account | undefined>
}

export async function createAccounts(people: readonly Person[], state: State): Promise<Accounts> {
  const suspended = state.records<boolean>('suspended')
  const isActive = async (id: string) => (await suspended.find(id)) !== true
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
      return matches && account !== undefined && (await isActive(account.id)) ? account : undefined
    },
    isActive,
    async suspend(name) {
      const account = accounts.get(name)
      if (account !== undefined) await suspended.change(account.id, () => true)
      return account
    },
  }
}
