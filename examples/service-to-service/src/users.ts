import type { RunningIssuer } from './issuer.js'

/** The users of the shop, each with what a token of theirs says. */
const USERS = {
  ada: ['orders:read', 'orders:write', 'stock:read', 'stock:reserve', 'invoices:write'],
  bob: ['orders:read', 'stock:read'],
} as const satisfies Record<string, readonly string[]>

/** A token as the shop's login route gives it; examples/microservices has such a route, with passwords. */
export async function signIn({ signIn }: RunningIssuer, user: keyof typeof USERS): Promise<string> {
  const { accessToken } = await signIn({ subject: user, clientId: 'shop', scope: USERS[user] })
  return accessToken
}
