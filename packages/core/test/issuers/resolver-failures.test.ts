import { ConfigurationError, type IssuerResolver, type TrustedIssuerOptions } from '@portcullis/core'
import { refusalOf } from './support/failure.js'
import { tenant, tokenOf, withResolver } from './support/tenants.js'

const ONE = 'https://one.example.com'

describe('a resolver that cannot say', () => {
  it.each<[string, IssuerResolver]>([
    [
      'throws',
      () => {
        throw new Error('database is away')
      },
    ],
    ['rejects', () => Promise.reject(new Error('database is away'))],
  ])('and %s is an outage, not the fault of the caller', async (_, resolve) => {
    const { verify } = withResolver(resolve)
    const refusal = await refusalOf(verify(tokenOf(ONE)))
    expect([refusal.code, refusal.status]).toEqual(['issuers_unavailable', 503])
    expect(refusal.headers['Retry-After']).toMatch(/^[1-9]\d*$/)
    expect(refusal.headers).not.toHaveProperty('WWW-Authenticate')
    expect(refusal.cause).toEqual(new Error('database is away'))
    expect(JSON.stringify(refusal)).not.toContain('database')
  })

  it('is asked again by the next request, and believed then', async () => {
    let away = true
    const { verify, asked } = withResolver((candidate) =>
      away ? Promise.reject(new Error('away')) : tenant(candidate),
    )
    await Promise.all([1, 2, 3].map((jti) => refusalOf(verify(tokenOf(ONE, { jti: `${jti}` })))))
    expect(asked).toHaveLength(1)
    away = false
    expect((await verify(tokenOf(ONE))).issuer).toBe(ONE)
  })

  it('does not let a remembered token pass once the issuer has to be asked for again', async () => {
    let away = false
    const { verify, clock } = withResolver((candidate) =>
      away ? Promise.reject(new Error('away')) : tenant(candidate),
    )
    const token = tokenOf(ONE)
    await verify(token)
    away = true
    clock.advance(599)
    await verify(token)
    clock.advance(1)
    expect((await refusalOf(verify(token))).status).toBe(503)
    away = false
    expect((await verify(token)).issuer).toBe(ONE)
  })
})

describe('a resolver that answers wrongly', () => {
  it.each<[string, unknown]>([
    ['another issuer', tenant('https://two.example.com')],
    ['an issuer that differs in a slash', tenant(`${ONE}/`)],
    ['null', null],
    ['a string', ONE],
    ['true', true],
    ['no audience', { issuer: ONE }],
    ['an unknown option', { ...tenant(ONE), audiance: 'orders' }],
    ['an algorithm that is not supported', { ...tenant(ONE), algorithms: ['none'] }],
    ['an issuer over plain http', { issuer: 'http://one.example.com', audience: 'orders' }],
  ])('with %s lets nobody in, and the cause names the mistake', async (_, answer) => {
    const { verify, asked } = withResolver(() => answer as TrustedIssuerOptions)
    const refusal = await refusalOf(verify(tokenOf(ONE)))
    expect([refusal.code, refusal.status]).toEqual(['issuers_unavailable', 503])
    expect(refusal.cause).toBeInstanceOf(ConfigurationError)
    expect((refusal.cause as ConfigurationError).option).toMatch(/^resolveIssuer/)

    await refusalOf(verify(tokenOf(ONE)))
    expect(asked).toHaveLength(2)
  })

  it('has its answer read once: a getter cannot name another issuer afterwards', async () => {
    const names = [ONE, 'https://two.example.com']
    const answer = Object.defineProperty({ ...tenant(ONE) }, 'issuer', {
      enumerable: true,
      get: () => names.shift(),
    })
    const { verify } = withResolver(() => answer)
    expect((await verify(tokenOf(ONE))).issuer).toBe(ONE)
    expect(names).toHaveLength(1)
  })
})

describe('a resolver that does not answer', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 0, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] })
  })

  afterEach(() => {
    jest.useRealTimers()
  })

  it('is an outage after five seconds, and its late answer changes nothing', async () => {
    const answers: ((options: TrustedIssuerOptions | undefined) => void)[] = []
    const { verify, asked } = withResolver(() => new Promise((resolve) => answers.push(resolve)))
    const first = refusalOf(verify(tokenOf(ONE)))
    await jest.advanceTimersByTimeAsync(4999)
    expect(asked).toEqual([ONE])
    await jest.advanceTimersByTimeAsync(1)
    const refusal = await first
    expect([refusal.code, refusal.status]).toEqual(['issuers_unavailable', 503])
    expect((refusal.cause as Error).message).toContain('5 s')

    const second = verify(tokenOf(ONE, { jti: 'second' }))
    await jest.advanceTimersByTimeAsync(0)
    expect(asked).toEqual([ONE, ONE])
    answers[1]?.(tenant(ONE))
    expect((await second).issuer).toBe(ONE)
    answers[0]?.(undefined)
    await jest.advanceTimersByTimeAsync(0)
    expect((await verify(tokenOf(ONE, { jti: 'third' }))).issuer).toBe(ONE)
    expect(asked).toEqual([ONE, ONE])
  })

  it('leaves no timer behind when it answers', async () => {
    const { verify } = withResolver(tenant)
    await verify(tokenOf(ONE))
    expect(jest.getTimerCount()).toBe(0)
  })
})
