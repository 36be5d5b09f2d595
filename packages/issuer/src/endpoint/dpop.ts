import {
  AuthError,
  ConfigurationError,
  createDpopProofs,
  type AuthRequest,
  type DpopOptions,
  type DpopProofs,
  type ProofMode,
  type ReplayStore,
} from '@portcullis/core'
import type { OptionReader } from '@portcullis/core/internal'
import type { Client } from '../clients/client.js'
import { OAuthError } from './oauth-error.js'

/** How tokens are bound to keys at the token endpoint. */
export interface DpopSettings {
  readonly mode: ProofMode
  readonly proofs: DpopProofs
}

const MODES: readonly unknown[] = ['off', 'optional', 'required']

/** Reads `'required'` as well as `{ mode: 'required', ... }`. */
export function dpopReader(clock: () => number, replay: ReplayStore | undefined): OptionReader<DpopSettings> {
  return (value = 'optional', option) => {
    const given: unknown = typeof value === 'string' ? { mode: value } : value
    if (
      typeof given !== 'object' ||
      given === null ||
      !MODES.includes((given as Partial<DpopOptions>).mode)
    ) {
      throw new ConfigurationError(option, "expects 'off', 'optional', 'required' or { mode, ... }")
    }
    const { mode, ...options } = given as DpopOptions
    return Object.freeze({
      mode,
      proofs: createDpopProofs({ clock, ...(replay === undefined ? {} : { replay }), ...options }),
    })
  }
}

/** Whether the client gets bound tokens only. */
export function needsProof(mode: ProofMode, { dpopBound }: Client): boolean {
  return mode === 'required' || dpopBound === true
}

/** The check of the proof in a token request (RFC 9449 section 5). */
export interface ProofOfRequest {
  /**
   * @returns the thumbprint of the key that the tokens are bound to; undefined for a request without a proof
   * @throws OAuthError `invalid_dpop_proof`, also for a proof that is missing where one is required, `use_dpop_nonce`
   */
  readonly check: (request: Request, client: Client) => Promise<string | undefined>
  /** What answers to proofs tell: the nonce for the next one (section 8.2). */
  readonly headers: () => Readonly<Record<string, string>>
}

/** @param issuer whose origin clients see; what is compared with the proof is never the host of the request */
export function proofOfRequest({ mode, proofs }: DpopSettings, issuer: string): ProofOfRequest {
  const { origin } = new URL(issuer)
  const headers = () => nonceHeader(proofs.nonce())
  return {
    headers,
    async check(request, client) {
      if (mode === 'off' || !request.headers.has('dpop')) {
        if (needsProof(mode, client)) throw new OAuthError('invalid_dpop_proof')
        return undefined
      }
      const sent: AuthRequest = {
        method: request.method,
        url: origin + new URL(request.url).pathname,
        // Two headers of one name arrive as one with a comma, which no proof has.
        header: (name) => [request.headers.get(name) ?? []].flat(),
      }
      try {
        return (await proofs.check(sent)).thumbprint
      } catch (error) {
        throw refusalOf(error, headers())
      }
    },
  }
}

function nonceHeader(nonce: string | undefined): Record<string, string> {
  return nonce === undefined ? {} : { 'DPoP-Nonce': nonce }
}

function refusalOf(error: unknown, headers: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof AuthError) || error.status === 503) return error
  const code = error.code === 'dpop_nonce_required' ? 'use_dpop_nonce' : 'invalid_dpop_proof'
  return new OAuthError(code, { description: error.message, headers })
}
