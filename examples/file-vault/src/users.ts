import { createSigner, type KeyRing } from '@portcullis/issuer'

export const ISSUER = 'https://id.example.com'
export const AUDIENCE = 'file-vault'

/** Stands for your login; examples/browser-sso has a real one. */
const USERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['alice', ['manager']],
  ['bob', ['clerk']],
  ['carol', []],
])

export const userNames = [...USERS.keys()]

/** Makes access tokens of users; undefined for a name that nobody has. */
export function createSignIn(keyRing: KeyRing) {
  const signer = createSigner({ issuer: ISSUER, keyRing, lifetime: 600 })
  return async (name: string): Promise<string | undefined> => {
    const roles = USERS.get(name)
    if (roles === undefined) return undefined
    const { token } = await signer.sign({ subject: name, audience: AUDIENCE, clientId: 'page', roles })
    return token
  }
}
