import { KeyRefused } from '../key-refused.js'

/** What may be concluded from a failure, beside that there was one. */
export interface FetchFailureKind {
  /** The endpoint is there and answered, only not with what was asked for. */
  readonly answered?: boolean
  /** The endpoint answered soundly that there is no key; no outage, so that old keys must not outlive their age. */
  readonly withdrawn?: boolean
}

/** A fetch that brought nothing to use. The message is ours: configured names and numbers, nothing of the answer. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
  readonly answered: boolean
  readonly withdrawn: boolean

  constructor(message: string, { answered = false, withdrawn = false }: FetchFailureKind = {}) {
    super(message)
    this.answered = answered
    this.withdrawn = withdrawn
  }
}

/** Makes the failure of a fetch that has passed its deadline. */
export function lateFetch(seconds: number): () => FetchFailure {
  return () => new FetchFailure(`did not answer within ${seconds} s`)
}

/** A failure in words that are safe in a log: messages of others may quote what the endpoint answered. */
export function describeFailure(error: unknown): string {
  if (error instanceof FetchFailure) return error.message
  if (error instanceof KeyRefused) return `the answer ${error.message}`
  if (typeof error === 'object' && error !== null && 'code' in error) {
    const { code } = error
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return `failed with ${code}`
  }
  return 'failed; see the cause of the error'
}
