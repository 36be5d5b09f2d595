import { tokenTail } from './token-tail.js'

/**
 * Runs one verification for a token, however many requests bring it at the same time. They share the answer, the
 * refusal included; nothing is kept once it is there.
 */
export function createPendingTokens<T>(verify: (token: string) => Promise<T>): (token: string) => Promise<T> {
  const pending = new Map<string, { readonly token: string; readonly answer: Promise<T> }>()

  const run = async (token: string, tail: string): Promise<T> => {
    try {
      return await verify(token)
    } finally {
      pending.delete(tail)
    }
  }
  return (token) => {
    const tail = tokenTail(token)
    const running = pending.get(tail)
    if (running !== undefined) return running.token === token ? running.answer : verify(token)
    const answer = run(token, tail)
    pending.set(tail, { token, answer })
    return answer
  }
}
