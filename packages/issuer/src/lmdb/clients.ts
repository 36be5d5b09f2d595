import type { Client, ClientStore } from '../clients/client.js'
import { checkClient } from '../clients/static-clients.js'
import type { Table } from './table.js'

/** Clients that come and go while the issuer runs. */
export interface RegisteredClients extends ClientStore {
  /** Registers a client, or puts it in the place of the one with its id. @throws ConfigurationError */
  save(client: Client): Promise<void>
  /** Takes a client away, and its refresh tokens end with it. @returns whether there was one */
  remove(id: string): Promise<boolean>
}

export function lmdbClients(clients: Table<Client>, clock: () => number): RegisteredClients {
  return Object.freeze({
    find: (id) => clients.get(id),
    async save(client) {
      const checked = checkClient(client)
      await clients.step(() => {
        clients.put(checked.id, checked, { now: clock() })
      })
    },
    remove: (id) =>
      clients.step(() => {
        const known = clients.get(id) !== undefined
        clients.remove(id)
        return known
      }),
  } satisfies RegisteredClients)
}
