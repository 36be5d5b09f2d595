import type { JsonWebKey } from 'node:crypto'
import type { Crash, Plan } from './plan.ts'

/** What a process is told when it starts, in its environment. */
export interface Setting {
  readonly address: string
  readonly keys: { readonly sender: JsonWebKey; readonly receiver: JsonWebKey }
}

export type ToReceiver =
  | {
      readonly kind: 'open'
      readonly stream: string
      readonly versioned: boolean
      readonly memoryBytes: number
    }
  | { readonly kind: 'arm'; readonly crash: Crash | undefined }

export type Work = Omit<Plan, 'crashes' | 'nextFault'> & { readonly url: string }
export type ToSender =
  { readonly kind: 'work'; readonly work: Work } | { readonly kind: 'arm'; readonly crash: Crash | undefined }

export type FromChild =
  | { readonly kind: 'ready'; readonly origin?: string }
  | { readonly kind: 'opened' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }

/** Kills this process at its step, if it is armed with it. */
export function createFuse() {
  let armed: Crash | undefined
  let left = 0
  return {
    arm(crash: Crash | undefined) {
      armed = crash
      left = crash?.count ?? 0
    },
    pass(step: Crash['step']) {
      if (armed?.step === step && --left === 0) process.kill(process.pid, 'SIGKILL')
    },
  }
}

export const readSetting = () => JSON.parse(process.env.STORM_SETTING ?? '{}') as Setting
export const tell = (message: FromChild) => process.send?.(message)
