import { createIssuer, staticClients, type KeyRing } from '@portcullis/issuer'
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

export const ISSUER = 'https://id.example.com'
export const AUDIENCE = 'file-vault'
/** What the page is to the issuer: a client that can keep no secret. */
export const PAGE_CLIENT = 'page'

/** Everybody's, so that the story can be played; a real one is chosen by its owner, and only its hash is known. */
export const PASSWORD = 'only for this example'

const ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['alice', ['manager']],
  ['bob', ['clerk']],
  ['carol', []],
])

export const userNames = [...ROLES.keys()]

/** Signs users in with their passwords, and keeps them signed in by refresh tokens. */
export async function createUsers(keyRing: KeyRing) {
  const issuer = createIssuer({
    issuer: ISSUER,
    keyRing,
    clients: staticClients([
      {
        id: PAGE_CLIENT,
        authentication: { method: 'none' },
        grants: ['refresh_token'],
        access: { [AUDIENCE]: [] },
      },
    ]),
    subjectIsActive: (name) => ROLES.has(name),
  })
  const isPassword = await passwordCheck(PASSWORD)
  return {
    handler: issuer.handler,
    /** Undefined for a wrong name or password, which take the same time. */
    async signIn(name: string, password: string) {
      const isRight = await isPassword(password)
      const roles = ROLES.get(name)
      if (!isRight || roles === undefined) return undefined
      return issuer.signIn({ subject: name, clientId: PAGE_CLIENT, roles })
    },
    async renew(refreshToken: string) {
      const renewed = await issuer.refresh(refreshToken, PAGE_CLIENT)
      return renewed.kind === 'renewed' ? renewed : undefined
    },
    signOut: (refreshToken: string) => issuer.signOut(refreshToken),
  }
}

const hash = promisify<string, Buffer, number, Buffer>(scrypt)
const HASH_BYTES = 32

async function passwordCheck(right: string) {
  const salt = randomBytes(16)
  const expected = await hash(right, salt, HASH_BYTES)
  return async (given: string) => timingSafeEqual(await hash(given, salt, HASH_BYTES), expected)
}
