import type { ConformanceCase, Exchange, Expectation, RawRequest } from '../conformance-case.js'
import { reached, refusal, type Scheme, type SeenCode } from '../refusals.js'
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
      one(name, sent, refusal(code, service, { scope, scheme: schemeOf(sent) })),
    /** The route wants a more recent or stronger authentication. */
    stepsUp: (name: string, sent: RawRequest, stepUp: string) =>
      one(name, sent, refusal('authentication_insufficient', service, { stepUp, scheme: schemeOf(sent) })),
    /** The same request, one after the other: the first is let in and all others are refused. */
    onlyTheFirst: (name: string, sent: RawRequest, code: SeenCode): ConformanceCase => ({
      name: `${service}: ${name}`,
      service,
      delivery: 'sequential',
      exchanges: [reached(pathOf(sent), 'alice'), ...refusals(2, code, service, sent)].map((expected) =>
        exchange(sent, expected),
      ),
    }),
    /** The same request many times at once: exactly one is let in. */
    exactlyOne: (name: string, sent: RawRequest, code: SeenCode): ConformanceCase => ({
      name: `${service}: ${name}`,
      service,
      delivery: 'parallel',
      exchanges: refusals(AT_ONCE, code, service, sent).map((expected) => exchange(sent, expected)),
      exceptOne: exchange(sent, reached(pathOf(sent), 'alice')).expected,
    }),
    /** Several requests, delivered together. */
    conversation: (
      name: string,
      delivery: ConformanceCase['delivery'],
      exchanges: readonly Exchange[],
    ): ConformanceCase => ({ name: `${service}: ${name}`, service, delivery, exchanges }),
  }
}

const AT_ONCE = 64

function refusals(count: number, code: SeenCode, service: ServiceName, sent: RawRequest): Expectation[] {
  return Array.from({ length: count }, () => refusal(code, service, { scheme: schemeOf(sent) }))
}

function schemeOf({ headers }: RawRequest): Scheme | undefined {
  const [scheme] =
    /^(?:Bearer|DPoP)(?= )/i.exec(headers.find(([name]) => name === 'Authorization')?.[1] ?? '') ?? []
  return scheme === undefined ? undefined : scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer'
}

function withoutBody({ status, headers, never }: Expectation): Expectation {
  return { status, headers, never, empty: true }
}

function pathOf({ target }: RawRequest): string {
  return target.split('?')[0] ?? target
}
