import type { StoredSession } from '@portcullis/session'

type Seen = Pick<StoredSession, 'lastSeenAt' | 'idleExpiresAt' | 'accessLifetime'>

/** What changes as a session is used, as numbers that a script reads without parsing JSON. */
export function seenText({ lastSeenAt, idleExpiresAt, accessLifetime }: Seen): string {
  return [lastSeenAt, idleExpiresAt, accessLifetime].join(' ')
}

/** A session as one text: what changes, then what stays, as JSON. */
export function textOf({ lastSeenAt, idleExpiresAt, accessLifetime, ...rest }: StoredSession): string {
  return `${seenText({ lastSeenAt, idleExpiresAt, accessLifetime })} ${JSON.stringify(rest)}`
}

/** @param text of Redis; null where there is none */
export function sessionFrom(text: unknown): StoredSession | undefined {
  const parts = typeof text === 'string' ? /^(\S+) (\S+) (\S+) (\{.*\})$/s.exec(text) : null
  if (parts === null) return undefined
  const [, lastSeenAt, idleExpiresAt, accessLifetime, rest = ''] = parts
  return Object.freeze({
    ...(JSON.parse(rest) as Omit<StoredSession, keyof Seen>),
    lastSeenAt: Number(lastSeenAt),
    idleExpiresAt: Number(idleExpiresAt),
    accessLifetime: Number(accessLifetime),
  })
}
