import {
  AuthError,
  ConfigurationError,
  createVerifier,
  type RevocationOptions,
  type RevocationStore,
  type TrustedIssuerOptions,
  type Auth,
} from '@portcullis/core'
import {
  type OptionReader,
  clockOrSystem,
  nonEmptyString,
  optional,
  readOptions,
  wholeNumberBetween,
} from '@portcullis/core/internal'
import { SyncError } from '../outcome/sync-error.js'

/** One that is trusted: its name, and where its keys are (discovered from the name, unless `keys` says otherwise). */
export type TrustedParty = Pick<
  TrustedIssuerOptions,
  'issuer' | 'keys' | 'algorithms' | 'allowInsecureHttp' | 'clockTolerance'
>

export interface SyncVerifierOptions {
  /** The name of this receiver: the one `aud` that envelopes for it have. */
  readonly receiver: string
  /** Senders that sign with their own keys. What such a sender says of its own scopes and roles is refused. */
  readonly senders?: readonly TrustedParty[]
  /** Issuers whose tokens bind a batch, and say in `sub` who sends it and what it may. */
  readonly issuers?: readonly TrustedParty[]
  /** Asked for each envelope, and once more when its body has arrived. */
  readonly revocation?: RevocationStore | RevocationOptions
  /** Seconds since `iat` after which an envelope is refused, whatever its `exp`, 1 to 3,600; default 300. */
  readonly maxAge?: number
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

/** Says who has signed an envelope; only {@link createSyncVerifier} makes one. */
export interface SyncVerifier {
  readonly receiver: string
  readonly clock: () => number
  /**
   * @throws AuthError for what is wrong with the token
   * @throws SyncError `sender_mismatch`, `self_granted`
   */
  verify(envelope: string): Promise<Auth>
  /** Asks again whether the token was called back. @throws AuthError `token_revoked`, `state_unavailable` */
  recheck(verified: Auth): Promise<void>
}

const made = new WeakSet()

/** A verifier of another make would let senders grant themselves what only an issuer may grant. */
export const syncVerifier: OptionReader<SyncVerifier> = (value, option) => {
  if (typeof value === 'object' && value !== null && made.has(value)) return value as SyncVerifier
  throw new ConfigurationError(option, 'expects what createSyncVerifier(...) makes')
}

const parties: OptionReader<readonly TrustedParty[]> = (value, option) => {
  if (Array.isArray(value)) return value as readonly TrustedParty[]
  throw new ConfigurationError(option, 'expects a list of { issuer, keys }')
}

const GRANTS = ['scope', 'roles', 'permissions']

/** @throws ConfigurationError */
export function createSyncVerifier(options: SyncVerifierOptions): SyncVerifier {
  const settings = readOptions('createSyncVerifier()', options, {
    receiver: nonEmptyString,
    senders: optional(parties, []),
    issuers: optional(parties, []),
    revocation: (value: unknown) => value as SyncVerifierOptions['revocation'],
    maxAge: optional(wholeNumberBetween(1, 3600, 'seconds'), 300),
    clock: clockOrSystem,
  })
  const { receiver, senders, issuers, revocation, maxAge } = settings
  if (senders.length + issuers.length === 0) {
    throw new ConfigurationError('senders', 'or issuers must name somebody who is trusted')
  }
  const rules = { audience: receiver, profile: 'sync+jwt', maxTokenAge: maxAge } as const
  const verify = createVerifier({
    issuers: [...senders, ...issuers].map((party) => ({ ...party, ...rules })),
    ...(revocation === undefined ? {} : { revocation }),
    clock: settings.clock,
    // Each envelope is verified once.
    cacheSize: 0,
  })
  const selfSigning = new Set(senders.map(({ issuer }) => issuer))

  const verifier: SyncVerifier = Object.freeze({
    receiver,
    clock: settings.clock,
    async verify(envelope: string) {
      const verified = await verify(envelope)
      // An envelope for several receivers could be carried from one to another.
      if (verified.claims.aud !== receiver) throw new AuthError('audience_mismatch')
      if (selfSigning.has(verified.issuer)) checkSelfSigned(verified)
      return verified
    },
    recheck: createRecheck(revocation),
  })
  made.add(verifier)
  return verifier
}

function checkSelfSigned({ claims, issuer, subject }: Auth): void {
  if (subject !== issuer) throw new SyncError('sender_mismatch')
  if (GRANTS.some((grant) => Object.hasOwn(claims, grant))) throw new SyncError('self_granted')
}

function createRecheck(revocation: SyncVerifierOptions['revocation']): SyncVerifier['recheck'] {
  if (revocation === undefined) return () => Promise.resolve()
  const { store, onUnavailable = 'refuse' } = 'store' in revocation ? revocation : { store: revocation }
  return async (verified) => {
    let revoked: unknown
    try {
      revoked = await store.isRevoked(verified)
    } catch (cause) {
      if (onUnavailable === 'allow') return
      throw new AuthError('state_unavailable', { cause })
    }
    if (revoked !== false) throw new AuthError('token_revoked')
  }
}
