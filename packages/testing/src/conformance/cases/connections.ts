import type { ConformanceCase } from '../conformance-case.js'
import { reached, refusal } from '../refusals.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, exchange, get } from './build.js'

const PARALLEL = 24

/** Nothing of one request is left for another, on the same connection or beside it. */
export function connectionCases(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { token, forged } = tokens
  const resource = casesOf('resource')
  const optional = casesOf('optional')
  const alice = exchange(get('/authenticated', bearer(token())), reached('/authenticated', 'alice'))
  const bob = exchange(get('/authenticated', bearer(token({ sub: 'bob' }))), reached('/authenticated', 'bob'))
  const admin = exchange(
    get('/admin', bearer(token({ sub: 'root', roles: ['admin'] }))),
    reached('/admin', 'root'),
  )
  const notAdmin = exchange(get('/admin', bearer(token())), refusal('role_insufficient', 'resource'))
  const nobody = exchange(get('/authenticated'), refusal('credentials_missing', 'resource'))
  const forger = exchange(get('/authenticated', bearer(forged())), refusal('token_invalid', 'resource'))
  const anonymous = exchange(get('/authenticated'), reached('/authenticated', null))
  const mixed = [alice, nobody, bob, forger, alice, admin, notAdmin, nobody]
  const optionally = [alice, anonymous, bob, anonymous, alice]

  return [
    resource.conversation('requests on one connection do not share a token', 'sequential', mixed),
    resource.conversation('pipelined requests do not share a token', 'pipelined', mixed),
    resource.conversation('a refused body is not taken for the next request', 'sequential', [
      smuggled(tokens),
      nobody,
    ]),
    optional.conversation('an anonymous request stays so on a shared connection', 'sequential', optionally),
    optional.conversation('an anonymous request stays so between pipelined ones', 'pipelined', optionally),
    resource.conversation('parallel requests do not mix', 'parallel', parallel(tokens)),
  ]
}

function parallel({ token }: ConformanceTokens) {
  return Array.from({ length: PARALLEL }, (_, index) => {
    if (index % 4 === 3) return exchange(get('/authenticated'), refusal('credentials_missing', 'resource'))
    const sub = `user-${index}`
    return exchange(get('/authenticated', bearer(token({ sub }))), reached('/authenticated', sub))
  })
}

/** The body is a request of its own, with a token. */
function smuggled({ token }: ConformanceTokens) {
  const body = `GET /authenticated HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token()}\r\n\r\n`
  const sent = { ...get('/authenticated', ['Content-Type', 'text/plain']), method: 'POST', body }
  return exchange(sent, refusal('credentials_missing', 'resource'))
}
