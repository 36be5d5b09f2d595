import { createHash } from 'node:crypto'

/** A Lua script: one atomic step. All of its keys are in one slot. */
export interface Script {
  readonly text: string
  readonly digest: string
}

export function script(text: string): Script {
  return Object.freeze({ text, digest: createHash('sha1').update(text).digest('hex') })
}
