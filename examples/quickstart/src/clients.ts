/** Who may get tokens, and what the authorization server puts into them. */
export const CLIENTS = {
  reader: { secret: 'reader-secret', scopes: ['orders:read'], roles: [] },
  admin: { secret: 'admin-secret', scopes: ['orders:read'], roles: ['admin'] },
  guest: { secret: 'guest-secret', scopes: [], roles: [] },
} as const satisfies Record<string, Client>

export type ClientName = keyof typeof CLIENTS

/** A client of the authorization server; it authenticates by its name and secret. */
export interface Client {
  readonly secret: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

/** The client of this name, or one that is granted nothing. */
export function clientNamed(name: string | undefined): Client {
  const clients: Readonly<Record<string, Client>> = CLIENTS
  return (name !== undefined && Object.hasOwn(clients, name) ? clients[name] : undefined) ?? NOBODY
}

const NOBODY: Client = { secret: '', scopes: [], roles: [] }
