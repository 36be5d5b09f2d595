import type { Auth } from '../claims/verified-token.js'
import { AuthError } from '../outcome/auth-error.js'
import { ConfigurationError } from '../outcome/configuration-error.js'
import { readOptions, type OptionReader } from '../options/read-options.js'
import type { RevocationStore } from './revocation-store.js'

/** What to do when the store cannot say. */
export interface RevocationOptions {
  readonly store: RevocationStore
  /**
   * `refuse` (default) answers 503; `allow` lets tokens pass unasked, so that whoever takes the store down undoes all
   * revocations.
   */
  readonly onUnavailable?: 'refuse' | 'allow'
}

export type RevocationSettings = Required<RevocationOptions>

const isStore = (value: unknown): value is RevocationStore =>
  typeof value === 'object' && value !== null && 'isRevoked' in value && typeof value.isRevoked === 'function'

/** Reads a store as well as `{ store, onUnavailable }`. */
export const readRevocation: OptionReader<RevocationSettings> = (value, option) =>
  readOptions<RevocationSettings>(
    option,
    isStore(value) ? { store: value } : value,
    {
      store(store, name) {
        if (isStore(store)) return store
        throw new ConfigurationError(name, 'expects a revocation store, such as memoryRevocationStore()')
      },
      onUnavailable(choice = 'refuse', name) {
        if (choice === 'refuse' || choice === 'allow') return choice
        throw new ConfigurationError(name, "expects 'refuse' or 'allow'")
      },
    },
    `${option}.`,
  )

/**
 * Asks the store about a verified token; at once where the store answers at once. Only `false` means that it was not
 * called back.
 *
 * @throws AuthError `token_revoked`, and `state_unavailable` (503) when the store fails and the user did not choose
 *   to allow tokens then
 */
export function checkRevocation(
  { store, onUnavailable }: RevocationSettings,
  token: Auth<unknown>,
): true | Promise<true> {
  const failed = (cause: unknown): true => {
    if (onUnavailable === 'allow') return true
    throw new AuthError('state_unavailable', { cause })
  }
  let answer: unknown
  try {
    answer = store.isRevoked(token)
  } catch (cause) {
    return failed(cause)
  }
  return answer === false ? true : Promise.resolve(answer).then(notRevoked, failed)
}

function notRevoked(answer: unknown): true {
  if (answer === false) return true
  throw new AuthError('token_revoked')
}
