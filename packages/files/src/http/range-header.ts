import { FileError } from '../outcome/file-error.js'
import type { RequestedRange } from '../vault/open-file.js'

const ONE_RANGE = /^(\d{1,16})?-(\d{1,16})?$/
const LONGEST = 64

/**
 * One range of bytes (RFC 9110 section 14.1.2): `bytes=0-499`, `bytes=500-`, `bytes=-500`. Another unit is ignored, as
 * that section has it; several ranges, and what is none, are refused.
 *
 * @throws FileError `range_malformed`, `ranges_unsupported`, `range_unsatisfiable`
 */
export function readRange(header: string | undefined, size: number): RequestedRange | undefined {
  const [unit = '', set = ''] = header?.split('=', 2) ?? []
  if (header === undefined || unit.trim().toLowerCase() !== 'bytes') return undefined
  const unsatisfiable = (code: 'ranges_unsupported' | 'range_unsatisfiable') =>
    new FileError(code, { headers: { 'Content-Range': `bytes */${size}` } })
  if (header.length > LONGEST || set.includes(',')) throw unsatisfiable('ranges_unsupported')
  const [, first, last] = ONE_RANGE.exec(set.trim()) ?? []
  if (first === undefined) {
    if (last === undefined) throw new FileError('range_malformed')
    const suffix = Number(last)
    if (suffix === 0 || size === 0) throw unsatisfiable('range_unsatisfiable')
    return { start: Math.max(0, size - suffix), end: size }
  }
  const start = Number(first)
  const end = last === undefined ? size : Number(last) + 1
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || end <= start) {
    if (start >= size) throw unsatisfiable('range_unsatisfiable')
    throw new FileError('range_malformed')
  }
  if (start >= size) throw unsatisfiable('range_unsatisfiable')
  return { start, end: Math.min(end, size) }
}
