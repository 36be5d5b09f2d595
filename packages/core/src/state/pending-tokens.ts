import type { Eventual } from '../eventual.js'
import { tokenTail } from './token-tail.js'

/**
 * Runs one verification for a token, however many requests bring it at the same time. They share the answer, the
 * refusal included; nothing is kept once it is there.
 */
export function createPendingTokens<T>(
  verify: (token: string) => Eventual<T>,
): (token: string) => Eventual<T> {
  const pending = new Map<string, { readonly token: string; readonly answer: Promise<T> }>()

  return (token) => {
    const running = pending.size === 0 ? undefined : pending.get(tokenTail(token))
    if (running?.token === token) return running.answer
    const answer = verify(token)
    // Of two tokens with one end only the first is shared.
    if (running !== undefined || !(answer instanceof Promise)) return answer
    const tail = tokenTail(token)
    const shared = answer.finally(() => pending.delete(tail))
    pending.set(tail, { token, answer: shared })
    return shared
  }
}
