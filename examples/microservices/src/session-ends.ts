import { claim, hasScope, type Policy, type Revocation } from '@portcullis/core'
import { z } from 'zod'
import { SESSIONS_END } from './scopes.js'
import type { ServiceContext } from './service-context.js'

/** A session that has ended, or all of them that a person has. */
export type SessionEnd = { readonly session: string } | { readonly subject: string }

const NOTICE = z.union([
  z.strictObject({ session: z.string().min(1).max(100) }),
  z.strictObject({ subject: z.string().min(1).max(100) }),
])

/** Seconds after which no token of an ended session can still be alive; they live for 300. */
const DEAD_AFTER = 600

/** Who may tell: identity itself, and not whoever else is trusted for other things. */
export const toldByIdentity = ({ addresses }: ServiceContext): Policy[] => [
  hasScope(SESSIONS_END),
  claim(['iss'], (issuer) => issuer === addresses.identity),
]

/** Refuses the tokens of a session from now on. @returns false for what is no notice */
export async function endSession(context: ServiceContext, notice: unknown): Promise<boolean> {
  const { success, data } = NOTICE.safeParse(notice)
  if (success) await context.state.revocation.revoke(revocationOf(data, context))
  return success
}

function revocationOf(end: SessionEnd, { addresses, clock }: ServiceContext): Revocation {
  const now = Math.floor(clock())
  const tokens = { issuer: addresses.identity, until: now + DEAD_AFTER }
  return 'session' in end
    ? { ...tokens, sessionId: end.session }
    : { ...tokens, subject: end.subject, issuedBefore: now + 1 }
}
