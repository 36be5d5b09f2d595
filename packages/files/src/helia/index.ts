export { heliaBlobStore } from './helia-blob-store.js'
export type { HeliaBlobStore, HeliaBlobStoreOptions } from './helia-blob-store.js'
export type {
  HeliaBlocks,
  HeliaGetOptions,
  HeliaNode,
  HeliaPin,
  HeliaPinOptions,
  HeliaPins,
} from './helia-node.js'
