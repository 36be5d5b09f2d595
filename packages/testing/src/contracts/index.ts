export type { ContractCheck, ContractClock, ContractSubject, OpenedStore } from './contract.js'
export { blobStoreContract } from './blob-store.js'
export type { BlobStoreLike } from './blob-store.js'
export { refreshTokenStoreContract } from './refresh-store.js'
export type {
  RefreshFamilyLike,
  RefreshOutcomeLike,
  RefreshStepLike,
  RefreshTokenStoreLike,
} from './refresh-store.js'
export { replayStoreContract } from './replay-store.js'
export type { ReplayStoreLike } from './replay-store.js'
export { revocationStoreContract } from './revocation-store.js'
export type { RevocationLike, RevocationStoreLike, VerifierKit } from './revocation-store.js'
export { sessionStoreContract } from './session-store.js'
export type { SessionStoreLike, StoredSessionLike } from './session-store.js'
