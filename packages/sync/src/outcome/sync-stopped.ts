/** Why a sender stops by itself, beside the codes with which a receiver tells it to. */
export type StopCode = 'receiver_ahead' | 'receiver_disagrees' | 'receiver_unreachable'

const MESSAGES: Readonly<Record<StopCode, string>> = {
  receiver_ahead: 'The receiver has applied more than this sender remembers to have sent',
  receiver_disagrees: 'The receiver has applied something else than this sender has sent',
  receiver_unreachable: 'The receiver could not be made to take a batch, however often it was tried',
}

/** A sender has stopped: going on would not help, and a person must look. Nothing is lost; the outbox has it all. */
export class SyncStopped extends Error {
  override readonly name = 'SyncStopped'
  /** A {@link StopCode}, or the code of the refusal that said `stop`. */
  readonly code: string

  constructor(code: string, cause?: unknown) {
    super(
      Object.hasOwn(MESSAGES, code) ? MESSAGES[code as StopCode] : `The receiver says stop: ${code}`,
      cause === undefined ? undefined : { cause },
    )
    this.code = code
  }
}
