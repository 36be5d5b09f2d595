import type { StandardSchemaV1 } from '@standard-schema/spec'
import { z } from 'zod'
import type { Claims } from '../../src/claims/claims.js'
import { AuthError } from '../../src/outcome/auth-error.js'
import { explain } from '../../src/outcome/explain.js'
import { createVerifier } from '../../src/verifier.js'
import { AUDIENCE, ISSUER, KEY, NOW, token } from '../attacks/support/forge.js'
import { everythingOf, outcomeOf } from '../attacks/support/outcome-of.js'

const verifying = <C>(schema: StandardSchemaV1<unknown, C>) =>
  createVerifier<C>({ issuer: ISSUER, audience: AUDIENCE, keys: KEY.source, clock: () => NOW, schema })

/** A schema that answers, or does, something of its own. */
const answering = (validate: (claims: unknown) => unknown) =>
  ({ '~standard': { version: 1, vendor: 'test', validate } }) as unknown as StandardSchemaV1<unknown, Claims>

async function refusalOf(schema: StandardSchemaV1<unknown, unknown>, claims: object): Promise<AuthError> {
  try {
    await verifying(schema)(token(claims))
  } catch (error) {
    if (error instanceof AuthError) return error
  }
  throw new Error('was not refused')
}

describe('claims through a schema', () => {
  const schema = z.object({ sub: z.string(), tenant: z.coerce.number() })
  it('are what the schema makes of them, while the rest is as it was proven', async () => {
    const verified = await verifying(schema)(token({ tenant: '7', roles: ['admin'] }))
    expect(verified.claims).toEqual({ sub: 'user-1', tenant: 7 })
    expect([verified.subject, verified.roles]).toEqual(['user-1', ['admin']])
  })
  it('are refused without a word of what was in them', async () => {
    const error = await refusalOf(z.object({ tenant: z.literal('secret-tenant') }), {
      tenant: 'other-tenant',
    })
    expect(error.code).toBe('claims_refused')
    expect(error.details.paths).toEqual(['tenant'])
    expect(everythingOf(error)).not.toMatch(/other-tenant|secret-tenant/)
  })
  it('are checked after everything else', async () => {
    const asked: unknown[] = []
    const verify = verifying(answering((claims) => ({ value: asked.push(claims) })))
    expect(await outcomeOf(verify, token({ exp: NOW - 60, iat: undefined }))).toBe('token_expired')
    expect(asked).toEqual([])
  })
  it('have paths that are safe in a log', async () => {
    const record = z.object({ limits: z.record(z.string(), z.number()) })
    const error = await refusalOf(record, { limits: { 'a\r\n\u001b[31mevil': 'x', ['b'.repeat(500)]: 'x' } })
    expect(explain(error)).not.toMatch(/[\r\n\u001b]/)
    expect(explain(error).length).toBeLessThan(400)
  })
})

describe('a schema that does not answer as it should', () => {
  it.each<[string, (claims: unknown) => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['true', () => true],
    ['text', () => 'valid'],
    ['an empty object', () => ({})],
    ['an empty promise', () => Promise.resolve()],
    ['a promise of an empty object', () => Promise.resolve({})],
    ['a rejection', () => Promise.reject(new Error('user-1'))],
    [
      'an error',
      () => {
        throw new Error('user-1')
      },
    ],
    [
      'a thenable that never has a value',
      () => ({
        then: (resolve: (value: unknown) => void) => {
          resolve({})
        },
      }),
    ],
    [
      'a thenable that fails',
      () => ({
        then: () => {
          throw new Error('user-1')
        },
      }),
    ],
    ['issues that cannot be read', () => ({ issues: [null] })],
    ['issues that are no list', () => ({ issues: 1 })],
    ['no issues, but a list of them', () => ({ issues: [] })],
  ])('refuses: %s', async (_, validate) => {
    const error = await refusalOf(answering(validate), {})
    expect(error.code).toBe('claims_refused')
    expect(error.cause).toBeUndefined()
  })
  it('is awaited although its promise is of another make', async () => {
    const thenable = {
      then: (resolve: (value: unknown) => void) => {
        resolve({ value: { tenant: 7 } })
      },
    }
    expect((await verifying(answering(() => thenable))(token())).claims).toEqual({ tenant: 7 })
  })
})

describe('what a schema makes', () => {
  it('is frozen at every depth', async () => {
    const made = { list: [{ deep: { deeper: 1 } }] }
    const { claims } = await verifying(answering(() => ({ value: made })))(token())
    for (const part of [claims, made.list, made.list[0], made.list[0]?.deep])
      expect(Object.isFrozen(part)).toBe(true)
  })
  it.each<[string, () => unknown]>([
    ['octets', () => ({ key: Buffer.from('abc') })],
    ['a date', () => ({ at: new Date(0) })],
    ['a map', () => new Map([[1, 2]])],
    [
      'a circle',
      () => {
        const circle: Record<string, unknown> = {}
        circle.self = circle
        return circle
      },
    ],
    ['text', () => 'claims'],
    ['nothing', () => undefined],
    ['an object called then', () => ({ then: 'later' })],
  ])('may be %s', async (_, make) => {
    const value = make()
    expect((await verifying(answering(() => ({ value })))(token())).claims).toBe(value)
  })
})
