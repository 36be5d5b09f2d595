import { createStatementSigner, type SigningKeys } from '@portcullis/issuer'

export interface SyncSignerOptions {
  /** The name of this party, an https URL (http on loopback): the `iss` and `sub` of what it signs. */
  readonly issuer: string
  /** `createKeyRing()` of @portcullis/issuer. */
  readonly keyRing: SigningKeys
  /** Seconds that an envelope or receipt lives, 1 to 300; default 60. */
  readonly lifetime?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** What is signed, for one audience. */
export interface Statement {
  readonly audience: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** Signs in the name of its owner, by the owner's own key: envelopes for a sender, receipts for a receiver. */
export interface SyncSigner {
  readonly issuer: string
  envelope(statement: Statement): Promise<string>
  receipt(statement: Statement): Promise<string>
}

/** @throws ConfigurationError */
export function createSyncSigner(options: SyncSignerOptions): SyncSigner {
  const envelopes = createStatementSigner({ ...options, type: 'sync+jwt' })
  const receipts = createStatementSigner({ ...options, type: 'sync-receipt+jwt' })
  const { issuer } = envelopes
  return Object.freeze({
    issuer,
    envelope: async (statement: Statement) => (await envelopes.sign({ subject: issuer, ...statement })).token,
    receipt: async (statement: Statement) => (await receipts.sign({ subject: issuer, ...statement })).token,
  })
}
