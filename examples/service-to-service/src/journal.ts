import type { Auth } from '@portcullis/core'

/** A call that a service has let in, as its verified token tells it. */
export interface Call {
  /** Such as `inventory`. */
  readonly service: string
  /** Such as `GET /stock/tea`. */
  readonly request: string
  /** Whom it is for: a user, or the service itself. */
  readonly subject: string
  /** Who acts for the user (`act`, RFC 8693 section 4.1): the caller first, and then who called the caller. */
  readonly actors: readonly string[]
  readonly scopes: readonly string[]
}

/** What inventory and billing have let in, for an audit trail. */
export interface Journal {
  write(service: string, request: string, auth: Auth): void
  /** The calls since it was last read. */
  read(): readonly Call[]
}

export function createJournal(): Journal {
  let calls: Call[] = []
  return {
    write(service, request, { subject = '', claims, scopes }) {
      calls.push({ service, request, subject, actors: actorsOf(claims.act), scopes: [...scopes].sort() })
    },
    read() {
      const read = calls
      calls = []
      return read
    },
  }
}

function actorsOf(act: unknown): readonly string[] {
  if (typeof act !== 'object' || act === null) return []
  const { sub, act: before } = act as { readonly sub?: string; readonly act?: unknown }
  return [sub ?? '', ...actorsOf(before)]
}
