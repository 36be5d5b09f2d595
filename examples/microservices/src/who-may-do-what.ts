import { ask } from './ask.js'
import { CALLERS, ROUTES, type Caller, type Route } from './routes.js'
import type { System } from './system.js'

/** The token that a caller has for a service; undefined for nobody. */
export type TokenFor = (caller: Caller, service: Route['service']) => Promise<string | undefined>

export interface AccessReport {
  readonly lines: readonly string[]
  readonly requests: number
  readonly wrong: number
}

interface Cell {
  readonly caller: Caller
  readonly route: Route
  /** Where it was asked: of the service itself, or of the gateway. */
  readonly at: string
  readonly status: number
  readonly expected: number
}

/** Asks for everything as everybody, first of each service itself, past the gateway, and then through the gateway. */
export async function whoMayDoWhat({ addresses }: System, tokenFor: TokenFor): Promise<AccessReport> {
  const askAt = async (caller: Caller, route: Route, at: Route['service'] | 'gateway'): Promise<Cell> => {
    const { method, path, json, service } = route
    const token = await tokenFor(caller, service)
    const { status } = await ask(addresses[at] + path, { method, token, json })
    return {
      caller,
      route,
      at,
      status,
      expected: at === 'gateway' ? atGateway(route, caller) : route.expected[caller],
    }
  }
  const direct: Cell[] = []
  const through: Cell[] = []
  for (const route of ROUTES) {
    for (const caller of CALLERS) direct.push(await askAt(caller, route, route.service))
    for (const caller of CALLERS) through.push(await askAt(caller, route, 'gateway'))
  }
  const all = [...direct, ...through]
  const wrong = all.filter(isWrong)
  return {
    lines: [CAST, '', ...table(direct), '', ...(wrong.length === 0 ? [SUMMARY] : wrong.map(describe))],
    requests: all.length,
    wrong: wrong.length,
  }
}

const CAST =
  'Carol and Dave are customers, Clara is a clerk, and Max the manager. The order o-1 is that of Carol.'

const SUMMARY =
  'Each service was asked itself. The gateway answers people the same, and knows no tokens but those of identity.'

/** The gateway believes identity only; what is open to everybody needs no token that it believes. */
function atGateway({ expected }: Route, caller: Caller): number {
  return caller === 'orders' && expected.nobody !== 200 ? 401 : expected[caller]
}

const isWrong = ({ status, expected }: Cell) => status !== expected

const WIDTH = 8

function table(cells: readonly Cell[]): string[] {
  const longest = Math.max(...ROUTES.map(({ path }) => path.length))
  const head = [`${''.padEnd(5)}${''.padEnd(longest)}`, ...CALLERS.map((caller) => caller.padEnd(WIDTH))]
  const rows = ROUTES.map((route) => [
    `${route.method.padEnd(5)}${route.path.padEnd(longest)}`,
    ...cells.filter((cell) => cell.route === route).map((cell) => show(cell).padEnd(WIDTH)),
  ])
  return [head, ...rows].map((row) => row.join('  ').trimEnd())
}

/** What the caller may, with an exclamation mark where he should not, or should. */
function show(cell: Cell): string {
  return `${cell.status < 300 ? '✓' : '✗'} ${cell.status}${isWrong(cell) ? ' !' : ''}`
}

function describe({ caller, route: { method, path }, at, status, expected }: Cell): string {
  return `✗ ${caller}: ${method} ${path} at ${at}: ${status}. Expected ${expected}.`
}
