import { claimsOf, type EnvelopeStatement } from '../envelope/envelope-claims.js'
import { FailedAttempt } from './failed-attempt.js'
import type { SenderSettings } from './sender-options.js'

/** A signed envelope, and what the sender must know of it. */
export interface SignedEnvelope {
  readonly token: string
  /** The `jti`. */
  readonly id: string
  /** Seconds since the epoch: the `exp`. */
  readonly expiresAt: number
}

/** Makes a new envelope for each attempt. @throws FailedAttempt `token_unavailable` */
export function createEnvelopeSource({
  signer,
  tokenSource,
  receiver,
}: SenderSettings): (statement: EnvelopeStatement) => Promise<SignedEnvelope> {
  const sign =
    tokenSource ?? ((statement) => signer?.envelope(statement) ?? Promise.reject(new Error('no signer')))
  return async (statement) => {
    try {
      const token = await sign({ audience: receiver.name, claims: claimsOf(statement) })
      const { jti, exp } = payloadOf(token)
      if (typeof jti === 'string' && typeof exp === 'number') return { token, id: jti, expiresAt: exp }
    } catch (cause) {
      throw new FailedAttempt('token_unavailable', { cause })
    }
    throw new FailedAttempt('token_unavailable')
  }
}

/** The sender's own token: nothing of it need be proven here. */
function payloadOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = token.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>
}
