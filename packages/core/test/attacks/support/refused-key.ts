import { jwk } from '../../../src/keys/jwk.js'
import { localJwks } from '../../../src/keys/local-jwks.js'
import { ConfigurationError } from '../../../src/outcome/configuration-error.js'
import { KEY, token, verifier } from './forge.js'
import { outcomeOf } from './outcome-of.js'

/** Refused alone, left out of a set, and a set of nothing else is refused. */
export function expectRefused(key: object, reason: RegExp): void {
  const text = JSON.stringify(key)
  let message = ''
  try {
    jwk(key)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    message = (error as Error).message
  }
  expect(message).toMatch(reason)
  for (const member of ['n', 'd', 'k', 'x'] as const) {
    const value: unknown = (key as Record<string, unknown>)[member]
    if (typeof value === 'string' && value.length > 20) expect(message).not.toContain(value.slice(0, 20))
  }
  expect(() => localJwks({ keys: [key] })).toThrow(reason)
  expect(text).toBe(JSON.stringify(key))
}

/** A set lives without it, and no token finds it. */
export async function expectLeftOut(bad: object): Promise<void> {
  const set = localJwks({
    keys: [
      { ...KEY.publicJwk, kid: 'good' },
      { ...bad, kid: 'bad' },
    ],
  })
  const verify = verifier({ keys: set })
  expect(await outcomeOf(verify, token({}, { kid: 'good' }))).toBe('accepted')
  expect(await outcomeOf(verify, token({}, { kid: 'bad', alg: 'RS256' }))).toBe('key_unknown')
  expect(await outcomeOf(verify, token({}, { kid: 'bad' }))).toBe('key_unknown')
}
