import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { FromChild, Setting, ToReceiver, ToSender } from './messages.ts'

/** A process that is started again whenever it dies. */
export interface Phoenix {
  readonly deaths: number
  tell(message: ToReceiver | ToSender): void
  kill(): void
  stop(): Promise<void>
}

/**
 * @param onStart is called each time it is ready
 * @param onMessage is called with whatever else it says
 */
export async function startPhoenix(
  program: string,
  setting: Setting,
  onStart: (message: FromChild & { readonly kind: 'ready' }) => void,
  onMessage: (message: FromChild) => void,
): Promise<Phoenix> {
  let deaths = 0
  let stopped = false
  let child: ChildProcess | undefined
  const start = () =>
    new Promise<void>((resolve) => {
      child = fork(new URL(program, import.meta.url), {
        env: { ...process.env, STORM_SETTING: JSON.stringify(setting) },
      })
      child.on('message', (message: FromChild) => {
        if (message.kind !== 'ready') {
          onMessage(message)
          return
        }
        onStart(message)
        resolve()
      })
      child.on('error', () => undefined)
      child.on('exit', (code, signal) => {
        if (stopped) return
        if (signal !== 'SIGKILL')
          onMessage({ kind: 'failed', reason: `${program} ended with ${String(code ?? signal)}` })
        deaths++
        void start()
      })
    })
  await start()
  return {
    get deaths() {
      return deaths
    },
    tell(message) {
      if (child?.connected === true) child.send(message, () => undefined)
    },
    kill: () => void child?.kill('SIGKILL'),
    async stop() {
      stopped = true
      const ending = child
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
      const ended = once(ending, 'exit')
      ending.kill('SIGKILL')
      await ended
    },
  }
}
