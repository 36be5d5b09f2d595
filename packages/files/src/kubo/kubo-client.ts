import { ConfigurationError } from '@portcullis/core'
import type { OptionReader } from '@portcullis/core/internal'
import type { CID } from 'multiformats/cid'

/** What is used of a client that `create()` of kubo-rpc-client makes. */
export interface KuboClient {
  add(content: AsyncIterable<Uint8Array>, options: KuboAddOptions): Promise<{ readonly cid: CID }>
  cat(cid: CID, options: KuboCatOptions): AsyncIterable<Uint8Array>
  refs(
    cid: CID,
    options: KuboCallOptions & { readonly recursive: boolean; readonly unique: boolean },
  ): AsyncIterable<{ readonly ref: string; readonly err?: unknown }>
  readonly pin: KuboPins
  readonly block: {
    rm(cids: CID[], options: KuboCallOptions & { readonly force: boolean }): AsyncIterable<unknown>
  }
}

export interface KuboPins {
  add(cid: CID, options: KuboCallOptions & { readonly name: string }): Promise<unknown>
  rm(cid: CID, options: KuboCallOptions): Promise<unknown>
  ls(
    options: KuboCallOptions & {
      readonly type: 'recursive'
      readonly names: boolean
      readonly name?: string
      readonly paths?: CID[]
    },
  ): AsyncIterable<KuboPin>
}

export interface KuboPin {
  readonly cid: CID
  readonly name?: string
}

export interface KuboCallOptions {
  readonly signal: AbortSignal
}

export interface KuboCatOptions extends KuboCallOptions {
  readonly offset: number
  readonly length: number
}

export interface KuboAddOptions extends KuboCallOptions {
  readonly cidVersion: 0 | 1
  readonly rawLeaves: boolean
  readonly chunker: string
  readonly pin: boolean
  readonly wrapWithDirectory: boolean
}

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  names.every(
    (name) => typeof (value as Readonly<Record<string, unknown>> | undefined)?.[name] === 'function',
  )

export const kuboClient: OptionReader<KuboClient> = (value, option) => {
  const { pin, block } = (value ?? {}) as { readonly pin?: unknown; readonly block?: unknown }
  const fits =
    hasMethods(value ?? {}, ['add', 'cat', 'refs']) &&
    hasMethods(pin, ['add', 'rm', 'ls']) &&
    hasMethods(block, ['rm'])
  if (fits) return value as KuboClient
  throw new ConfigurationError(option, 'expects a client of kubo-rpc-client, such as create() makes')
}
