import type { ClientErrorCode } from '../client-error.js'

/** What a source does, for logs and metrics. Nothing of a token or a user is in it. */
export type TokenSourceEvent =
  | {
      readonly kind: 'token_obtained'
      /** Whether it is on behalf of a user. */
      readonly isOfUser: boolean
      /** Whether nobody waited for it. */
      readonly isRenewal: boolean
      /** Seconds. */
      readonly expiresIn: number
    }
  | {
      readonly kind: 'token_failed'
      readonly isOfUser: boolean
      readonly isRenewal: boolean
      readonly code: ClientErrorCode
      readonly oauthError: string | undefined
    }
