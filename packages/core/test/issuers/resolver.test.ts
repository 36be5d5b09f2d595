import type { TrustedIssuerOptions } from '@portcullis/core'
import { createResolvedIssuers } from '../../src/keys/issuer-resolver.js'
import { createClock } from './support/clock.js'
import { refusalOf } from './support/failure.js'
import { unsignedToken } from './support/signer.js'
import { tenant, tokenOf, withResolver } from './support/tenants.js'

const ONE = 'https://one.example.com'
const TWO = 'https://two.example.com'

/** The same without tokens, where there are thousands of names. */
function resolving(resolve: (candidate: string) => TrustedIssuerOptions | undefined) {
  const asked: string[] = []
  const find = createResolvedIssuers((candidate) => {
    asked.push(candidate)
    return resolve(candidate)
  }, createClock())
  return { find, asked }
}

const onlyOne = (candidate: string) => (candidate === ONE ? tenant(ONE) : undefined)

describe('a resolver', () => {
  it('is given the candidate as it stands in the token, and its answer is an issuer like any other', async () => {
    const { verify, asked } = withResolver(onlyOne)
    expect((await verify(tokenOf(ONE))).issuer).toBe(ONE)
    expect(asked).toEqual([ONE])
    const refusal = await refusalOf(verify(tokenOf(ONE, { aud: 'invoices' })))
    expect(refusal.code).toBe('audience_mismatch')
  })

  it('is not asked about an issuer that is listed', async () => {
    const { verify, asked } = withResolver(() => undefined, [tenant(ONE)])
    await verify(tokenOf(ONE))
    expect(asked).toEqual([])
  })

  it('is asked once for any number of requests that come meanwhile', async () => {
    let answer: (options: TrustedIssuerOptions) => void = () => undefined
    const { verify, asked } = withResolver(() => new Promise((resolve) => (answer = resolve)))
    const requests = Array.from({ length: 500 }, (_, index) => verify(tokenOf(ONE, { jti: String(index) })))
    await Promise.resolve()
    expect(asked).toEqual([ONE])
    answer(tenant(ONE))
    const verified = await Promise.all(requests)
    expect(verified.every(({ issuer }) => issuer === ONE)).toBe(true)
    expect(asked).toEqual([ONE])
  })

  it('is asked again about an issuer after ten minutes, and not before', async () => {
    const { verify, clock, asked } = withResolver(onlyOne)
    await verify(tokenOf(ONE))
    clock.advance(599)
    await verify(tokenOf(ONE, { jti: 'second' }))
    expect(asked).toHaveLength(1)
    clock.advance(1)
    await verify(tokenOf(ONE, { jti: 'third' }))
    expect(asked).toHaveLength(2)
  })

  it('is asked again about a refused candidate after a minute, and not before', async () => {
    let trusted = false
    const { verify, clock, asked } = withResolver(() => (trusted ? tenant(ONE) : undefined))
    const first = await refusalOf(verify(tokenOf(ONE)))
    expect([first.code, first.status]).toEqual(['issuer_not_trusted', 401])
    trusted = true
    clock.advance(59)
    for (let attempt = 0; attempt < 50; attempt++)
      await refusalOf(verify(tokenOf(ONE, { jti: String(attempt) })))
    expect(asked).toEqual([ONE])
    clock.advance(1)
    expect((await verify(tokenOf(ONE))).issuer).toBe(ONE)
    expect(asked).toEqual([ONE, ONE])
  })

  it('is asked again when the clock was set back: an answer never lives longer than its time', async () => {
    const { verify, clock, asked } = withResolver(onlyOne)
    await verify(tokenOf(ONE))
    clock.advance(-1)
    await verify(tokenOf(ONE, { jti: 'second' }))
    expect(asked).toHaveLength(2)
  })

  it('is never asked about a candidate that is empty, too long or no string', async () => {
    const { verify, asked } = withResolver(() => undefined)
    const longest = `https://${'a'.repeat(504)}`
    for (const iss of ['', `${longest}a`, 'b'.repeat(5000), 1, null, [ONE], { ONE }, undefined]) {
      expect((await refusalOf(verify(unsignedToken({ iss })))).code).toBe('issuer_not_trusted')
    }
    expect(asked).toEqual([])
    await refusalOf(verify(unsignedToken({ iss: longest })))
    expect(asked).toEqual([longest])
  })

  it('does not prove a token by knowing its issuer', async () => {
    const { verify } = withResolver(onlyOne)
    expect((await refusalOf(verify(unsignedToken({ iss: ONE })))).status).toBe(401)
  })
})

describe('an issuer that loses its trust', () => {
  it('takes its remembered tokens with it', async () => {
    let trusted = true
    const { verify, clock, asked } = withResolver(() => (trusted ? tenant(ONE) : undefined))
    const token = tokenOf(ONE)
    await verify(token)
    trusted = false
    clock.advance(599)
    await verify(token)
    clock.advance(1)
    expect((await refusalOf(verify(token))).code).toBe('issuer_not_trusted')
    expect(asked).toHaveLength(2)
  })

  it('has its remembered tokens judged by the rules it has now', async () => {
    let audience = 'orders'
    const { verify, clock } = withResolver((candidate) => ({ ...tenant(candidate), audience }))
    const token = tokenOf(ONE)
    await verify(token)
    audience = 'invoices'
    clock.advance(600)
    expect((await refusalOf(verify(token))).code).toBe('audience_mismatch')
  })

  it('leaves other issuers alone', async () => {
    const gone = new Set<string>()
    const { verify, clock } = withResolver((iss) => (gone.has(iss) ? undefined : tenant(iss)))
    const [one, two] = [tokenOf(ONE), tokenOf(TWO)]
    await Promise.all([verify(one), verify(two)])
    gone.add(ONE)
    clock.advance(600)
    expect((await refusalOf(verify(one))).code).toBe('issuer_not_trusted')
    expect((await verify(two)).issuer).toBe(TWO)
  })
})

describe('a flood of invented issuers', () => {
  const invented = (index: number) => `https://invented-${index}.example.com`

  it('is remembered up to 10,000 names, and pushes no real issuer out', async () => {
    const { find, asked } = resolving(onlyOne)
    const real = await find(ONE)
    for (let index = 0; index <= 10_000; index++) await find(invented(index))
    expect(asked).toHaveLength(10_002)

    expect(await find(invented(10_000))).toBeUndefined()
    expect(await find(ONE)).toBe(real)
    expect(asked).toHaveLength(10_002)
    // The oldest name has made place: what is remembered has a bound.
    expect(await find(invented(0))).toBeUndefined()
    expect(asked).toHaveLength(10_003)
  })

  it('is asked about for 1,000 names at once, while known issuers are resolved again all the same', async () => {
    const answers: (() => void)[] = []
    const { verify, clock, asked } = withResolver((candidate) =>
      candidate === ONE
        ? tenant(ONE)
        : new Promise((resolve) =>
            answers.push(() => {
              resolve(undefined)
            }),
          ),
    )
    await verify(tokenOf(ONE))
    clock.advance(600)
    const flood = Array.from({ length: 1000 }, (_, index) =>
      refusalOf(verify(unsignedToken({ iss: invented(index) }))),
    )
    const tooMany = await refusalOf(verify(unsignedToken({ iss: TWO })))
    expect([tooMany.code, tooMany.status]).toEqual(['issuers_unavailable', 503])
    expect(asked).not.toContain(TWO)
    expect((await verify(tokenOf(ONE))).issuer).toBe(ONE)

    for (const answer of answers) answer()
    const refusals = await Promise.all(flood)
    expect(refusals.every(({ code }) => code === 'issuer_not_trusted')).toBe(true)
    const askedAtLast = refusalOf(verify(unsignedToken({ iss: TWO })))
    answers.at(-1)?.()
    expect((await askedAtLast).code).toBe('issuer_not_trusted')
    expect(asked).toContain(TWO)
  })
})

describe('many real issuers', () => {
  it('are in use 1,000 at a time; the least used one is resolved again when it comes back', async () => {
    const { find, asked } = resolving(tenant)
    const named = (index: number) => `https://tenant-${index}.example.com`
    for (let index = 0; index <= 1000; index++) await find(named(index))
    expect(asked).toHaveLength(1001)
    await find(named(1000))
    expect(asked).toHaveLength(1001)
    expect((await find(named(0)))?.issuer).toBe(named(0))
    expect(asked).toHaveLength(1002)
  })
})
