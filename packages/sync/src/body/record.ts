/** One record of a stream, as it was received. */
export interface SyncRecord {
  /** Its place in the stream, from 1, without gaps. */
  readonly sequence: number
  /** What it is about; see {@link isRecordId}. */
  readonly id: string
  /** Grows with each change of what it is about; required where the stream is `versioned`. */
  readonly version: number | undefined
  /** Whether what it is about is gone; it has no data then. */
  readonly deleted: boolean
  /** Parsed JSON; no member of it is called `__proto__`, nor `prototype` inside `constructor`. */
  readonly data: unknown
  /** The line as it was signed, without its end. */
  readonly raw: Uint8Array
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:@/+=~-]{0,255}$/
const NAMES_OF_PROTOTYPES = new Set(['constructor', 'prototype'])

/**
 * Whether a text is the id of a record: 1 to 256 characters of `A-Z a-z 0-9 . _ : @ / + = ~ -`, beginning with a letter
 * or digit. No part between slashes is empty, `.` or `..`, and none is a name that objects have by themselves, so that
 * an id is safe as a path and as a key.
 */
export function isRecordId(text: string): boolean {
  if (!ID.test(text)) return false
  return text
    .split('/')
    .every((part) => part !== '' && !/^\.\.?$/.test(part) && !NAMES_OF_PROTOTYPES.has(part))
}

/** A record as it waits to be sent. */
export interface OutgoingRecord extends Pick<SyncRecord, 'sequence' | 'id' | 'version'> {
  /** The data as JSON on one line, which is sent as it is; undefined where what it is about is gone. */
  readonly json: string | undefined
}

/** The line of a record, with its end. @throws TypeError where the data are more than one line */
export function lineOf({ sequence, id, version, json }: OutgoingRecord): string {
  if (json?.includes('\n') === true) throw new TypeError('The JSON of a record must be on one line')
  const content = json === undefined ? '"deleted":true' : `"data":${json}`
  const versioned = version === undefined ? '' : `"version":${version},`
  return `{"sequence":${sequence},"id":${JSON.stringify(id)},${versioned}${content}}\n`
}
