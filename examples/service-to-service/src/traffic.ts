import { ask, type Answer } from './ask.js'

/** Requests to orders that go on while something else happens. */
export interface Traffic {
  /** The tokens that are sent from now on, in turn. */
  carry(tokens: readonly string[]): void
  /** Resolves when so many more were answered. */
  answered(more: number): Promise<void>
  /** @returns every answer */
  stop(): Promise<readonly Answer[]>
}

const ROUTES = [
  ['GET', '/availability/tea'],
  ['POST', '/orders/tea'],
] as const

/** Sends one request after the other on each route. */
export function startTraffic(orders: string, first: readonly string[]): Traffic {
  const answers: Answer[] = []
  const waiting = new Set<() => void>()
  let tokens = first
  let isOver = false

  const send = async ([method, path]: (typeof ROUTES)[number]) => {
    for (let turn = 0; !isOver; turn++) {
      const token = tokens[turn % tokens.length] ?? ''
      answers.push(await ask(method, `${orders}${path}`, token).catch(String))
      for (const look of waiting) look()
    }
  }
  const running = Promise.all(ROUTES.map(send))

  return {
    carry(next) {
      tokens = next
    },
    answered(more) {
      const goal = answers.length + more
      return new Promise((resolve) => {
        const look = () => {
          if (answers.length < goal) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
    },
    async stop() {
      isOver = true
      await running
      return answers
    },
  }
}

/** `every answer 200 or 201`, or the others that there were. */
export function allAnswered(answers: readonly Answer[]): string {
  if (answers.length === 0) return 'no answer'
  const others = new Set(answers.filter((answer) => answer !== '200' && answer !== '201'))
  return others.size === 0 ? 'every answer 200 or 201' : `also ${[...others].join(', ')}`
}
