export { ipfsDirectoryStore } from './ipfs-directory-store.js'
export type { IpfsDirectoryStoreOptions } from './ipfs-directory-store.js'
