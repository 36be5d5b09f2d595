import type { Call } from './journal.js'

/** One line of the story: who asks whom, for what, and what came of it. */
export type ExpectedStep = readonly [who: string, what: string, result: string]

export interface Narrator {
  chapter(title: string): void
  /** Tells what happened, and what should have happened where that is something else. */
  step(who: string, what: string, expected: string, happened: () => Promise<string>): Promise<void>
  /** Tells the calls that services have let in, each in its turn. */
  calls(actual: readonly Call[], expected: readonly ExpectedStep[]): void
  /** The last line. */
  end(): void
  readonly isAsExpected: boolean
}

const WHO = 19
const WHAT = 62

export function createNarrator(print: (line: string) => void): Narrator {
  let steps = 0
  let wrong = 0

  const tell = ([who, what, expected]: ExpectedStep, actual: string) => {
    const asExpected = actual === expected
    steps++
    if (!asExpected) wrong++
    const instead = asExpected ? '' : `  (expected: ${expected})`
    print(`${asExpected ? '✓' : '✗'} ${who.padEnd(WHO)}  ${what.padEnd(WHAT)}  ${actual}${instead}`)
  }

  return {
    chapter(title) {
      print(`${steps === 0 ? '' : '\n'}${title}`)
    },
    async step(who, what, expected, happened) {
      tell([who, what, expected], await happened().catch(String))
    },
    calls(actual, expected) {
      const happened = actual.map(described)
      expected.forEach(([who, what, result], at) => {
        const [actualWho, actualWhat, actualResult] = happened[at] ?? []
        const isThisCall = actualWho === who && actualWhat === what
        const instead = happened[at] === undefined ? 'did not happen' : happened[at].join(' ')
        tell([who, what, result], isThisCall ? (actualResult ?? '') : instead)
      })
      for (const call of happened.slice(expected.length)) tell([call[0], call[1], 'nothing'], call[2])
    },
    end() {
      print(
        wrong === 0
          ? `\n${steps} steps, each as it should be.`
          : `\n${wrong} of ${steps} steps are not as they should be.`,
      )
    },
    get isAsExpected() {
      return wrong === 0 && steps > 0
    },
  }
}

/** `billing → inventory`, `GET /stock/tea with stock:read`, `billing for orders for ada`. */
function described({ service, request, subject, actors, scopes }: Call): ExpectedStep {
  const who = `${actors[0] ?? subject} → ${service}`
  const chain = actors.length === 0 ? 'for itself' : [...actors, subject].join(' for ')
  return [who, `${request} with ${scopes.join(' ')}`, chain]
}
