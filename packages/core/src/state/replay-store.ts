import { ConfigurationError } from '../outcome/configuration-error.js'
import type { OptionReader } from '../options/read-options.js'

/**
 * Remembers what may be used once: the id of a one-time token, of a DPoP proof, of a client assertion.
 *
 * `claim` is one atomic step: of any number of calls with one id at the same time, exactly one answers true. It need
 * not check what the id stands for. It must not forget an id before its time is over; where it cannot remember any
 * more, or cannot say, it rejects.
 */
export interface ReplayStore {
  /**
   * @param id at most 512 printable characters
   * @param expiresAt seconds since the epoch, with or without a fraction, after which the id may be forgotten
   * @returns true for the first who claims the id, false for everybody after
   */
  claim(id: string, expiresAt: number): boolean | Promise<boolean>
}

export const replayStore: OptionReader<ReplayStore> = (value, option) => {
  if (typeof value === 'object' && value !== null && 'claim' in value && typeof value.claim === 'function') {
    return value as ReplayStore
  }
  throw new ConfigurationError(option, 'expects a replay store, such as memoryReplayStore()')
}
