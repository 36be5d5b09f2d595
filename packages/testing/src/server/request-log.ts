import type { IncomingHttpHeaders } from 'node:http'
import type { DocumentKind } from './documents.js'

/** A request that the server was sent. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  /** The document that it asked for; undefined where there is none at that path. */
  readonly document: DocumentKind | undefined
  readonly headers: IncomingHttpHeaders
}

/** What to count: one kind of document, both kinds of metadata, or a path that begins with a slash. */
export type Counted = DocumentKind | 'metadata' | `/${string}`

/** Counts requests when they arrive, before they are answered. */
export interface RequestLog {
  /** The last 1,000 requests, oldest first. */
  readonly requests: readonly RecordedRequest[]
  readonly record: (request: RecordedRequest) => void
  readonly count: (what?: Counted) => number
  /** Resolves when so many requests have arrived. */
  readonly waitFor: (total: number, what?: Counted) => Promise<void>
  readonly clear: () => void
}

const REMEMBERED = 1000

export function createRequestLog(): RequestLog {
  const counts = new Map<string, number>()
  const waiting = new Set<() => void>()
  let requests: RecordedRequest[] = []
  const sum = (keys: readonly string[]) => keys.reduce((total, key) => total + (counts.get(key) ?? 0), 0)
  const count = (what?: Counted) =>
    sum(what === undefined ? ['all'] : what === 'metadata' ? ['openid', 'oauth'] : [what])

  return {
    get requests() {
      return [...requests]
    },
    record(request) {
      for (const key of ['all', request.path, request.document ?? 'nothing']) {
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      requests = [...requests.slice(1 - REMEMBERED), request]
      for (const check of waiting) check()
    },
    count,
    waitFor: (total, what) =>
      new Promise((resolve) => {
        const check = () => {
          if (count(what) < total) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    clear() {
      counts.clear()
      requests = []
    },
  }
}
