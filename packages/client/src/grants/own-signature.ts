import { ClientError } from '../client-error.js'
import type { signingOf } from '../credentials/own-signer.js'
import { isBearerToken } from '../endpoint/token-response.js'
import type { Prover } from '../proofs/prover.js'
import type { Grant } from './grant.js'

export interface OwnSignatureParts {
  readonly signing: NonNullable<ReturnType<typeof signingOf>>
  readonly clientId: string
  readonly prover: Prover | undefined
  readonly clock: () => number
}

/** The service signs a token about itself. */
export function ownSignature({ signing, clientId, prover, clock }: OwnSignatureParts): Grant {
  return async ({ audience, scope = [] }) => {
    const about = { ...signing.options, subject: clientId, clientId, audience: audience ?? '', scope }
    const now = clock()
    const signed = await signing.signer
      .sign({ ...about, ...(prover === undefined ? {} : { keyThumbprint: await prover.thumbprint() }) })
      .catch((error: unknown) => {
        const { code } = (error ?? {}) as { readonly code?: unknown }
        const isSafe = typeof code === 'string' && /^[a-z_]{1,60}$/.test(code)
        throw new ClientError('signing_failed', isSafe ? { detail: code } : {})
      })
    const expected = prover === undefined ? 'Bearer' : 'DPoP'
    if (!isBearerToken(signed.token) || signed.tokenType !== expected || !(signed.expiresAt > now)) {
      throw new ClientError('signing_failed', { detail: 'its answer is no token of the wanted kind' })
    }
    return { token: signed.token, expiresIn: signed.expiresAt - now, scope }
  }
}
