import parse from 'secure-json-parse'
import { SyncError } from '../outcome/sync-error.js'
import { isRecordId, type SyncRecord } from './record.js'

const MEMBERS = new Set(['sequence', 'id', 'version', 'deleted', 'data'])
const STRICT = { protoAction: 'error', constructorAction: 'error' } as const

/**
 * Reads one line of a batch.
 *
 * @param sequence the number that the record must have
 * @throws SyncError `record_malformed`, `record_unsafe`, `record_out_of_order`
 */
export function parseRecord(raw: Uint8Array, sequence: number): SyncRecord {
  const refuse = (code: SyncError['code']) => new SyncError(code, { record: sequence })
  const line = parseObject(raw, refuse)
  const { id, version, deleted, data } = line
  if (!Object.keys(line).every((name) => MEMBERS.has(name))) throw refuse('record_malformed')
  if (!Number.isSafeInteger(line.sequence)) throw refuse('record_malformed')
  if (line.sequence !== sequence) throw refuse('record_out_of_order')
  if (typeof id !== 'string') throw refuse('record_malformed')
  if (!isRecordId(id)) throw refuse('record_unsafe')
  if (version !== undefined && !(Number.isSafeInteger(version) && (version as number) >= 1)) {
    throw refuse('record_malformed')
  }
  const hasData = Object.hasOwn(line, 'data')
  if (deleted === undefined ? !hasData : deleted !== true || hasData) throw refuse('record_malformed')
  return { sequence, id, version: version as number | undefined, deleted: deleted === true, data, raw }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parseObject(
  raw: Uint8Array,
  refuse: (code: SyncError['code']) => SyncError,
): Readonly<Record<string, unknown>> {
  let text: string
  let value: unknown
  try {
    text = decoder.decode(raw)
    value = JSON.parse(text)
  } catch {
    throw refuse('record_malformed')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('record_malformed')
  if (hasPrototypeNames(text)) {
    try {
      parse.scan(value, STRICT)
    } catch {
      throw refuse('record_unsafe')
    }
  }
  return value as Readonly<Record<string, unknown>>
}

/** A cheap look before the walk; an escape can spell any name. */
function hasPrototypeNames(text: string): boolean {
  return text.includes('__proto__') || text.includes('constructor') || text.includes('\\u')
}
