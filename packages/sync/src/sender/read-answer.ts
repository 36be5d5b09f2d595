import { createVerifier } from '@portcullis/core'
import { SyncStopped } from '../outcome/sync-stopped.js'
import { algorithmOf, NO_BATCH } from '../envelope/digest.js'
import { FailedAttempt } from './failed-attempt.js'
import type { SenderSettings } from './sender-options.js'
import type { TransportAnswer } from './transport.js'

/** Where the receiver says that it is. */
export interface ToldCursor {
  readonly sequence: number
  readonly digest: string
}

type Members = Readonly<Record<string, unknown>>

const RESULTS = ['applied', 'already_applied', 'cursor']

/**
 * Makes of what a transport brings what the receiver says: only what its receipt proves, for this one request.
 *
 * @throws FailedAttempt where another attempt may help
 * @throws SyncStopped where the receiver says stop
 */
export function createAnswerReader(
  settings: SenderSettings,
): (answer: TransportAnswer, requestId: string) => Promise<ToldCursor> {
  const prove = createProof(settings)
  return async ({ body, retryAfter, status }, requestId) => {
    const members = await prove(body, status, requestId)
    const { code, action, sequence, digest } = members
    if (typeof code === 'string' && RESULTS.includes(code)) {
      if (Number.isSafeInteger(sequence) && isDigest(digest)) return { sequence: sequence as number, digest }
      throw new FailedAttempt('unproven')
    }
    const told = typeof code === 'string' && /^[a-z_]{1,64}$/.test(code) ? code : 'unproven'
    if (action === 'stop') throw new SyncStopped(told)
    throw new FailedAttempt(told, { asksAgain: action === 'resend', retryAfter })
  }
}

const isDigest = (value: unknown): value is string =>
  typeof value === 'string' && (value === NO_BATCH || algorithmOf(value) !== undefined)

type Proof = (body: unknown, status: number, requestId: string) => Promise<Members>

function createProof({ receipts, receiver, signer, sender, stream, clock }: SenderSettings): Proof {
  if (receipts === null) {
    return (body, status) => {
      const { result, code = result, ...members } = membersOf(body)
      // A success that is no success of HTTP came from somebody else than the receiver.
      if (RESULTS.includes(String(code)) && status !== 200) return Promise.resolve({})
      return Promise.resolve({ ...members, code })
    }
  }
  const verify = createVerifier({
    issuer: receiver.name,
    ...receipts,
    audience: sender ?? signer?.issuer ?? '',
    profile: 'sync-receipt+jwt',
    cacheSize: 0,
    clock,
  })
  return async (body, _status, requestId) => {
    const { receipt } = membersOf(body)
    try {
      const { claims } = await verify(receipt as string)
      if (claims.request === requestId && claims.stream === stream) return claims
    } catch (cause) {
      throw new FailedAttempt('unproven', { cause })
    }
    throw new FailedAttempt('unproven')
  }
}

const membersOf = (body: unknown): Members =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Members) : {}
