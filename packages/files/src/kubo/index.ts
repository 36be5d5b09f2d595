export { kuboBlobStore } from './kubo-blob-store.js'
export type { KuboBlobStore, KuboBlobStoreOptions } from './kubo-blob-store.js'
export type {
  KuboAddOptions,
  KuboCallOptions,
  KuboCatOptions,
  KuboClient,
  KuboPin,
  KuboPins,
} from './kubo-client.js'
