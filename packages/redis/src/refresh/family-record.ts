import type { RefreshFamily, RefreshGrant } from '@portcullis/issuer'

/** The members of a family as a hash of Redis has them, in the order in which they are read. */
export const FAMILY_FIELDS = [
  'grant',
  'keyThumbprint',
  'current',
  'previous',
  'sealedSuccessor',
  'graceUntil',
  'idleExpiresAt',
  'expiresAt',
  'revokedAt',
] as const

type FamilyFields = Readonly<Partial<Record<(typeof FAMILY_FIELDS)[number], string>>>

/** Names and values in turn. The grant is text that no script looks into, but for the key that it may be bound to. */
export function fieldsOf(family: RefreshFamily): readonly string[] {
  const { grant, current, previous, idleExpiresAt, expiresAt, revokedAt } = family
  const { keyThumbprint, ...rest } = grant
  const fields: Record<string, string | undefined> = {
    grant: JSON.stringify(rest),
    keyThumbprint,
    current,
    previous: previous?.digest,
    sealedSuccessor: previous?.sealedSuccessor,
    graceUntil: previous && String(previous.graceUntil),
    idleExpiresAt: String(idleExpiresAt),
    expiresAt: String(expiresAt),
    revokedAt: revokedAt === undefined ? undefined : String(revokedAt),
  }
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
}

/** @param values in the order of FAMILY_FIELDS; null for what is missing */
export function familyFrom(id: string, values: readonly (string | null)[]): RefreshFamily | undefined {
  const fields: FamilyFields = Object.fromEntries(
    FAMILY_FIELDS.flatMap((name, index) => {
      const value = values[index]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
  const { grant, keyThumbprint, current, previous, sealedSuccessor, graceUntil, revokedAt } = fields
  if (grant === undefined || current === undefined) return undefined
  return {
    id,
    grant: {
      ...(JSON.parse(grant) as RefreshGrant),
      ...(keyThumbprint === undefined ? {} : { keyThumbprint }),
    },
    current,
    ...(previous === undefined || sealedSuccessor === undefined
      ? {}
      : { previous: { digest: previous, sealedSuccessor, graceUntil: Number(graceUntil) } }),
    idleExpiresAt: Number(fields.idleExpiresAt),
    expiresAt: Number(fields.expiresAt),
    ...(revokedAt === undefined ? {} : { revokedAt: Number(revokedAt) }),
  }
}
