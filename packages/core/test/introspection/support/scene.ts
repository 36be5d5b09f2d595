import { AuthError, createVerifier, type SingleIssuerOptions, type Verifier } from '@portcullis/core'
import { createTestClock, type TestClock } from '@portcullis/testing'
import { json, type Answer } from '../../keys/remote/support/answers.js'
import { startEndpoint, type Endpoint } from './endpoint.js'

export const ISSUER = 'https://id.example.com'
export const AUDIENCE = 'orders-api'
export const NOW = 1_800_000_000
export const CLIENT = { clientId: 'orders-api', clientSecret: 'a secret: 100 % & more' } as const

/** What the issuer says of a token that is good for a day. */
export const GOOD = {
  active: true,
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'alice',
  scope: 'orders:read',
  token_type: 'Bearer',
  iat: NOW,
  exp: NOW + 86_400,
} as const

/** The answer about a token that is good but for what is given here; undefined leaves a member out. */
export const active = (claims: object = {}): Answer => json({ ...GOOD, ...claims })
export const inactive: Answer = json({ active: false })

export interface Scene {
  readonly endpoint: Endpoint
  readonly clock: TestClock
  readonly verify: Verifier
  /** The options of the verifier, for another one. */
  readonly options: SingleIssuerOptions
}

export interface SceneOptions extends Partial<Omit<SingleIssuerOptions, 'introspection'>> {
  readonly cacheFor?: number
  readonly timeout?: number
}

const opened: Endpoint[] = []

/** An endpoint that calls every token good, and a verifier that asks it. */
export async function openScene({ cacheFor, timeout, ...more }: SceneOptions = {}): Promise<Scene> {
  const endpoint = await startEndpoint(active())
  opened.push(endpoint)
  const clock = createTestClock(NOW)
  const options: SingleIssuerOptions = {
    issuer: ISSUER,
    audience: AUDIENCE,
    clock,
    introspection: {
      endpoint: endpoint.url,
      ...CLIENT,
      ...(cacheFor === undefined ? {} : { cacheFor }),
      ...(timeout === undefined ? {} : { timeout }),
    },
    ...more,
  }
  return { endpoint, clock, verify: createVerifier(options), options }
}

/** To be called after each test. */
export async function closeScenes(): Promise<void> {
  await Promise.all(opened.splice(0).map((endpoint) => endpoint.close()))
}

/** The refusal that a verification ended with; fails the test when it did not. */
export async function refusalOf(verification: Promise<unknown>): Promise<AuthError> {
  const outcome = await verification.then(
    () => 'accepted',
    (error: unknown) => error,
  )
  if (outcome instanceof AuthError) return outcome
  throw new Error(`expected a refusal, got ${String(outcome)}`)
}
