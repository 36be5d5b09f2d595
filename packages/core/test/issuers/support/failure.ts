import { AuthError, ConfigurationError } from '@portcullis/core'

/** The refusal that a verification ended with; fails the test when it did not. */
export async function refusalOf(verification: Promise<unknown>): Promise<AuthError> {
  const outcome = await verification.then(
    () => 'accepted',
    (error: unknown) => error,
  )
  if (outcome instanceof AuthError) return outcome
  throw new Error(`expected a refusal, got ${String(outcome)}`)
}

/** The mistake that a factory complained of; fails the test when it did not. */
export function mistakeOf(factory: () => unknown): ConfigurationError {
  try {
    factory()
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  throw new Error('expected a ConfigurationError, got none')
}
