import { headerBytes, MOST_SEGMENTS, TAG_BYTES, type FormatParameters } from './parameters.js'

/** Where the segments of a content lie. All numbers are bytes. */
export interface Layout {
  readonly contentBytes: number
  readonly segments: number
  readonly storedBytes: number
  /** The segment that a byte of the content is in. */
  segmentAt(offset: number): number
  /** What part of the content a segment holds. */
  contentOf(segment: number): { readonly start: number; readonly end: number }
  /** Where it is stored, tag included. */
  storedAt(segment: number): { readonly start: number; readonly end: number }
}

/** The longest content that 32 bits can number the segments of. */
export const longestContent = (parameters: FormatParameters): number =>
  (parameters.segmentBytes - TAG_BYTES) * MOST_SEGMENTS - headerBytes(parameters)

/**
 * The first segment is shorter by the header, so that all begin at multiples of the segment size. Only the last one
 * may be shorter than the others, and only an empty content has an empty segment.
 */
export function layoutOf(parameters: FormatParameters, contentBytes: number): Layout {
  const { segmentBytes } = parameters
  const header = headerBytes(parameters)
  const perSegment = segmentBytes - TAG_BYTES
  const first = perSegment - header
  const segments = 1 + Math.ceil(Math.max(0, contentBytes - first) / perSegment)
  const startOf = (segment: number) => (segment === 0 ? 0 : first + (segment - 1) * perSegment)
  const storedBytes = header + contentBytes + segments * TAG_BYTES
  return {
    contentBytes,
    segments,
    storedBytes,
    segmentAt: (offset) => (offset < first ? 0 : 1 + Math.floor((offset - first) / perSegment)),
    contentOf: (segment) => ({
      start: startOf(segment),
      end: Math.min(startOf(segment + 1), contentBytes),
    }),
    storedAt: (segment) => ({
      start: segment === 0 ? header : segment * segmentBytes,
      end: Math.min((segment + 1) * segmentBytes, storedBytes),
    }),
  }
}
