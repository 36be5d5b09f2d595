export { openIssuerStore } from './open-issuer-store.js'
export type { IssuerStore, IssuerStoreOptions } from './open-issuer-store.js'
export type { RegisteredClients } from './clients.js'
