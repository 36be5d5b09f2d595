import { isDeepStrictEqual } from 'node:util'
import { ask, type Answer } from './ask.js'
import type { Chapter } from './chapter.js'
import { REQUESTS, type Request } from './requests.js'
import type { System } from './system.js'
import { table, type Row } from './table.js'
import { getTokens, type Tokens } from './tokens.js'

/** What some services answered to a request; those that answered alike are taken together. */
interface Outcome {
  readonly request: Request
  readonly services: readonly string[]
  readonly answer: Answer
}

/** Sends every service the same requests, and compares what they answer with what is right. */
export const everyRequest: Chapter = async (system) => {
  const tokens = await getTokens(system.authorizationServer, system.algorithm)
  const outcomes: Outcome[] = []
  for (const request of REQUESTS) outcomes.push(...(await send(request, tokens, system)))

  const different = outcomes.filter((outcome) => !isAsExpected(outcome))
  return {
    lines: [...table(HEAD, outcomes.map(row)), '', ...verdict(different, system)],
    asExpected: different.length === 0,
  }
}

async function send(request: Request, tokens: Tokens, system: System): Promise<readonly Outcome[]> {
  const { method, path, carries, later = 0 } = request
  const answers = await system.later(later, () =>
    Promise.all(system.services.map(({ port }) => ask(port, method, path, carries(tokens)))),
  )
  const alike = new Map<string, { services: string[]; answer: Answer }>()
  answers.forEach((answer, index) => {
    const key = JSON.stringify(answer)
    const group = alike.get(key) ?? { services: [], answer }
    group.services.push(system.services[index]?.name ?? '')
    alike.set(key, group)
  })
  return [...alike.values()].map((group) => ({ request, ...group }))
}

const isAsExpected = ({ request, answer }: Outcome) => isDeepStrictEqual(answer, request.expected)

const HEAD: Row = ['', 'REQUEST', '', 'SERVICE', 'STATUS', 'CODE', 'CHALLENGE (WWW-Authenticate)']

function row(outcome: Outcome): Row {
  const { request, services, answer } = outcome
  return [
    isAsExpected(outcome) ? '✓' : '✗',
    `${request.method} ${request.path}`,
    request.name,
    services.join(' '),
    String(answer.status),
    answer.code ?? '-',
    answer.challenge ?? '-',
  ]
}

function verdict(different: readonly Outcome[], { services }: System): string[] {
  if (different.length === 0) {
    return [`${REQUESTS.length} requests to ${services.length} services, every answer as expected.`]
  }
  return different.flatMap(({ request, services, answer }) => [
    `✗ ${services.join(', ')}: ${request.method} ${request.path}, ${request.name}`,
    `    expected  ${describe(request.expected)}`,
    `    answered  ${describe(answer)}`,
  ])
}

function describe({ status, code, challenge }: Answer): string {
  return [status, code, challenge].filter((part) => part !== undefined).join('  ')
}
