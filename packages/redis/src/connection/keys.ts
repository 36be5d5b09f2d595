import { createHash } from 'node:crypto'

/** The layout of the keys; a release that changes what they hold has another one. */
const LAYOUT = 1

/** `PREFIX:1:{TAG}:PART`; what has one tag is in one slot of a Cluster. */
export function keyOf(prefix: string, tag: string, part: string): string {
  return `${prefix}:${LAYOUT}:{${tag}}:${part}`
}

/** Of one length, whatever was chosen as an id, and no help to who reads the store. */
export function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}
