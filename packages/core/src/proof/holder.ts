import type { AuthRequest } from '../credentials/auth-request.js'
import type { Credential } from '../credentials/credential.js'
import { AuthError } from '../outcome/auth-error.js'
import { checkCertificate, type MutualTlsSettings } from './client-certificate.js'
import type { Confirmation, ConfirmationMethod } from './confirmation.js'
import { createDpopCheck } from './dpop.js'
import type { DpopSettings } from './dpop-options.js'

export interface HolderSettings {
  readonly dpop: DpopSettings
  readonly mutualTls: MutualTlsSettings
  readonly clock: () => number
  /** The URL of a request as the client addressed it. */
  readonly urlOf: (request: AuthRequest) => string
}

/** Which bindings can be checked here; a token with another one is refused. */
export function checkableConfirmations({ dpop, mutualTls }: Pick<HolderSettings, 'dpop' | 'mutualTls'>) {
  const methods: ConfirmationMethod[] = []
  if (dpop.mode !== 'off') methods.push('jkt')
  if (mutualTls.mode !== 'off') methods.push('x5t#S256')
  return Object.freeze(methods)
}

/**
 * Makes the check that whoever sends a token is the one it was given to. A bound token is worth nothing without its
 * proof; an unbound one passes only where binding is not required.
 */
export function createHolderCheck(
  settings: HolderSettings,
): (request: AuthRequest, credential: Credential, confirmation: Confirmation | undefined) => Promise<void> {
  const { dpop, mutualTls } = settings
  const checkProof = createDpopCheck(dpop, settings.clock)
  const required = dpop.mode === 'required' || mutualTls.mode === 'required'

  return async (request, { token, scheme }, confirmation) => {
    if (confirmation?.method === 'jkt') {
      if (scheme !== 'DPoP') throw new AuthError('proof_required')
      const { thumbprint } = confirmation
      await checkProof({ request, url: settings.urlOf(request), bound: { token, thumbprint } })
      return
    }
    // RFC 9449 section 7.1: the DPoP scheme promises a token that is bound to a key.
    if (scheme === 'DPoP') throw new AuthError('token_not_bound')
    if (confirmation !== undefined) {
      checkCertificate(mutualTls, request, confirmation.thumbprint)
    } else if (required) {
      throw new AuthError('proof_required')
    } else if (dpop.mode !== 'off' && request.header('dpop').length > 0) {
      // A proof beside a bearer token: the client believes in a binding that is not there.
      throw new AuthError('credentials_malformed')
    }
  }
}
