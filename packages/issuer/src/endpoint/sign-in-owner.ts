import type { RefreshGrant } from '../refresh/refresh-family.js'

/** Whose sign-in it is, or was. */
export interface SignInOwner {
  readonly subject: string
  readonly clientId: string
  readonly sessionId?: string
}

export function ownerOf({ subject, clientId, sessionId }: RefreshGrant): SignInOwner {
  return Object.freeze({ subject, clientId, ...(sessionId === undefined ? {} : { sessionId }) })
}
