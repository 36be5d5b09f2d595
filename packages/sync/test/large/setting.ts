import type { JsonWebKey } from 'node:crypto'
import { mostMemory } from '../../../../test/support/most-memory.js'

export interface Setting {
  readonly address: string
  readonly keys: { readonly sender: JsonWebKey; readonly receiver: JsonWebKey }
  readonly url: string
  readonly mebibytes: number
  readonly encoding: 'identity' | 'gzip'
}

/** What a process says when it is done. */
export interface Told {
  readonly origin?: string
  readonly seconds?: number
  readonly maximumMebibytes?: number
  readonly records?: number
}

export const [SENDER, RECEIVER] = ['https://sender.example.com', 'https://receiver.example.com']
export const RECORD_BYTES = 65_536

export const countOf = (mebibytes: number) => Math.ceil((mebibytes * 2 ** 20) / RECORD_BYTES)
export const readSetting = () => JSON.parse(process.env.LARGE_SETTING ?? '{}') as Setting
export const tell = (message: Told) => process.send?.(message)

/** The most memory that the process has had of the machine, all of it. */
export const maximumMebibytes = () => Math.ceil(mostMemory())
