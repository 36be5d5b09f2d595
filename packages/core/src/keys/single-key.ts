import type { KeySource } from './key-source.js'
import type { VerificationKey } from './verification-key.js'

/** A key source of one key; a source of one's own can hand out the key. */
export interface SingleKey extends KeySource {
  readonly key: VerificationKey
}

/** One key is meant by every token, unless key and token both have a key id and differ in it. */
export function singleKey(key: VerificationKey): SingleKey {
  return Object.freeze({
    key,
    algorithms: key.algorithms,
    find: ({ kid }: { readonly kid?: string }) =>
      key.id === undefined || kid === undefined || kid === key.id ? key : undefined,
  })
}
