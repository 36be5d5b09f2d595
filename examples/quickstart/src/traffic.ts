import { getToken } from './get-token.js'
import { ORDERS } from './resources.js'
import type { Service, System } from './system.js'

/** What services answered to a stream of requests, all services together. */
export interface Answers {
  readonly total: number
  /** How often each status was answered; 0 stands for no answer. */
  readonly statuses: ReadonlyMap<number, number>
}

/** Requests that go on while something else happens. */
export interface Traffic {
  /** The tokens that are sent from now on, in turn. Resolves when no request with another one is under way. */
  carry(tokens: readonly string[]): Promise<void>
  /** Resolves when each service has answered so many more. */
  answered(more: number): Promise<void>
  stop(): Promise<Answers>
}

const TIMEOUT_MILLISECONDS = 10_000

/** Sends every service one request after the other. */
export function startTraffic(services: readonly Service[], first: readonly string[]): Traffic {
  const statuses = new Map<number, number>()
  const counts = services.map(() => 0)
  const waiting = new Set<() => void>()
  let tokens = first
  let isOver = false

  const send = async ({ url }: Service, index: number): Promise<void> => {
    for (let turn = 0; !isOver; turn++) {
      const token = tokens[turn % tokens.length] ?? ''
      const status = await statusOf(url, token)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      counts[index] = (counts[index] ?? 0) + 1
      for (const look of waiting) look()
    }
  }
  const running = Promise.all(services.map(send))

  const answered = (more: number): Promise<void> => {
    const goals = counts.map((count) => count + more)
    return new Promise((resolve) => {
      const look = () => {
        if (counts.some((count, index) => count < (goals[index] ?? 0))) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  }

  return {
    carry(next) {
      tokens = next
      return answered(1)
    },
    answered,
    async stop() {
      isOver = true
      await running
      return { total: counts.reduce((sum, count) => sum + count, 0), statuses }
    },
  }
}

async function statusOf(url: string, token: string): Promise<number> {
  try {
    const response = await requestOrders(url, token)
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

export function requestOrders(url: string, token: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` }
  return fetch(`${url}/orders`, { headers, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) })
}

/** Some tokens that no service has seen before. */
export function newTokens({ authorizationServer }: System, count: number): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: count }, () => getToken(authorizationServer, 'reader', ORDERS)))
}

/** `200 requests meanwhile, each answered 200`, or how many were answered otherwise. */
export function summary({ total, statuses }: Answers): string {
  const [status, ...others] = [...statuses.keys()]
  if (others.length === 0) return `${total} requests meanwhile, each answered ${status ?? 'never'}`
  const counted = [...statuses].map(([answered, count]) => `${count} answered ${answered}`)
  return `${total} requests meanwhile, ${counted.join(', ')}`
}

/** What each of some services answered: once, where all answered alike. */
export function each(answers: readonly (string | number)[]): string {
  return [...new Set(answers)].join(' or ')
}

export function allAnswered(expected: number, { statuses }: Answers): boolean {
  return statuses.size === 1 && statuses.has(expected)
}
