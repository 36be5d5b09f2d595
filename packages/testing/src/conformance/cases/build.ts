import type { ConformanceCase, Exchange, Expectation, RawRequest } from '../conformance-case.js'
import { reached, refusal, type SeenCode } from '../refusals.js'
import { INNER_FAILURE, type ServiceName } from '../services.js'

type Header = readonly [name: string, value: string]

/** Stands in requests for whatever must not come back in an answer. */
export const MARKER = 'reflected-4711'

const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g

/** `Authorization: Bearer <token>`. */
export const bearer = (token: string): Header => ['Authorization', `Bearer ${token}`]

export function request(method: string, target: string, ...headers: readonly Header[]): RawRequest {
  return { method, target, headers }
}

export const get = (target: string, ...headers: readonly Header[]): RawRequest =>
  request('GET', target, ...headers)

/** Whatever is sent as a token, and the marker, must not be in the answer. */
export function exchange(sent: RawRequest, expected: Expectation): Exchange {
  const text = [sent.target, sent.body ?? '', ...sent.headers.map(([, value]) => value)].join('\n')
  const tokens = text.match(TOKEN) ?? []
  return {
    request: sent,
    expected: { ...expected, never: [...expected.never, ...tokens, MARKER, INNER_FAILURE] },
  }
}

/** The cases of one service, named by their behaviour. */
export function casesOf(service: ServiceName) {
  const one = (name: string, sent: RawRequest, expected: Expectation): ConformanceCase => ({
    name: `${service}: ${name}`,
    service,
    delivery: 'sequential',
    exchanges: [exchange(sent, sent.method === 'HEAD' ? withoutBody(expected) : expected)],
  })
  return {
    /** The answer is whatever is given. */
    answers: one,
    /** The route is reached, by the subject of the token or by nobody. */
    reaches: (name: string, sent: RawRequest, subject: string | null = 'alice') =>
      one(name, sent, reached(pathOf(sent), subject)),
    /** The request is refused. */
    refuses: (name: string, sent: RawRequest, code: SeenCode, scope?: string) =>
      one(name, sent, refusal(code, service, scope)),
    /** Several requests, delivered together. */
    conversation: (
      name: string,
      delivery: ConformanceCase['delivery'],
      exchanges: readonly Exchange[],
    ): ConformanceCase => ({ name: `${service}: ${name}`, service, delivery, exchanges }),
  }
}

function withoutBody({ status, headers, never }: Expectation): Expectation {
  return { status, headers, never, empty: true }
}

function pathOf({ target }: RawRequest): string {
  return target.split('?')[0] ?? target
}
