import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from '@portcullis/core/internal'
import type { CID } from 'multiformats/cid'

/** What is used of a Helia node; whatever `createHelia` or `createHeliaLight` of helia 7 makes is one. */
export interface HeliaNode {
  readonly blockstore: HeliaBlocks
  readonly pins: HeliaPins
}

export interface HeliaBlocks {
  get(cid: CID, options?: HeliaGetOptions): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  put(cid: CID, block: Uint8Array): Promise<CID> | CID
  has(cid: CID): Promise<boolean> | boolean
  delete(cid: CID): Promise<void> | void
  /** The same without the care that no pinned block is deleted. */
  unwrap?(): { delete(cid: CID): Promise<void> | void }
}

export interface HeliaGetOptions {
  readonly signal?: AbortSignal
  /** Only what this node has. */
  readonly offline?: boolean
  /** Addresses of nodes that may have it; `Multiaddr`s. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a type of a package that others do without
  readonly providers?: any[]
}

export interface HeliaPins {
  add(cid: CID, options: HeliaPinOptions): AsyncIterable<CID>
  rm(cid: CID, options: Pick<HeliaPinOptions, 'walker'>): AsyncIterable<CID>
  ls(): AsyncIterable<HeliaPin>
  get(cid: CID): Promise<Pick<HeliaPin, 'metadata'>>
  isPinned(cid: CID): Promise<boolean>
}

export interface HeliaPinOptions {
  readonly metadata?: Record<string, string | number | boolean>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Helia's nodes hold more than it uses of them
  readonly walker?: (components: any) => { walk(cid: any, options?: any): AsyncGenerator<any> }
}

export interface HeliaPin {
  readonly cid: CID
  readonly metadata: Readonly<Record<string, string | number | boolean>>
}

const METHODS = {
  blockstore: ['get', 'put', 'has', 'delete'],
  pins: ['add', 'rm', 'ls', 'get', 'isPinned'],
} as const

export const heliaNode: OptionReader<HeliaNode> = (value, option) => {
  const node = (value ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>
  const fits = Object.entries(METHODS).every(([part, names]) =>
    names.every((name) => typeof node[part]?.[name] === 'function'),
  )
  if (fits) return value as HeliaNode
  throw new ConfigurationError(option, 'expects a node of helia 7, such as createHelia() makes')
}

export const addresses: OptionReader<readonly object[]> = (value, option) => {
  if (Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null)) {
    return Object.freeze([...(value as object[])])
  }
  throw new ConfigurationError(option, "expects a list of addresses: [multiaddr('/ip4/...')]")
}
