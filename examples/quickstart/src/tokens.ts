import { startAuthorizationServer, type AuthorizationServer } from './authorization-server.js'
import type { SigningAlgorithm } from './signing-keys.js'
import { getToken } from './get-token.js'
import { BILLING, ORDERS } from './resources.js'

/** The tokens that the requests are made of; all come from a real authorization server. */
export interface Tokens {
  /** May read orders. */
  readonly reader: string
  /** May read orders, and has the role admin. */
  readonly admin: string
  /** Has neither scope nor role. */
  readonly guest: string
  /** Good, but for another service. */
  readonly forBilling: string
  /** The reader's, with the role admin written into it. */
  readonly tampered: string
  /** From a server that uses our issuer's name and key ids, but has keys of its own. */
  readonly fromImpostor: string
}

export async function getTokens(server: AuthorizationServer, algorithm: SigningAlgorithm): Promise<Tokens> {
  const impostor = await startAuthorizationServer({ algorithm, issuer: server.issuer })
  try {
    const [reader, admin, guest, forBilling, fromImpostor] = await Promise.all([
      getToken(server, 'reader', ORDERS),
      getToken(server, 'admin', ORDERS),
      getToken(server, 'guest', ORDERS),
      getToken(server, 'reader', BILLING),
      getToken(impostor, 'reader', ORDERS),
    ])
    return { reader, admin, guest, forBilling, fromImpostor, tampered: withRole(reader, 'admin') }
  } finally {
    await impostor.stop()
  }
}

function withRole(token: string, role: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const changed = Buffer.from(JSON.stringify({ ...claims, roles: [role] })).toString('base64url')
  return [header, changed, signature].join('.')
}
