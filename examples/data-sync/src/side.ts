import { fork, type ChildProcess } from 'node:child_process'
import type { Command, News, Setting } from './messages.js'

/** One side, as a process that is started again whenever it dies. */
export interface RunningSide {
  /** How often it has died. */
  readonly deaths: number
  /** The codes of what it has refused. */
  readonly refusals: readonly string[]
  /** Why its sender has stopped, if it has. */
  readonly stopped: string | undefined
  tell(command: Command): void
  stop(): void
}

export async function startSide(setting: Setting): Promise<RunningSide> {
  const refusals: string[] = []
  let deaths = 0
  let stopped: string | undefined
  let isOver = false
  let child: ChildProcess | undefined

  const start = () =>
    new Promise<void>((resolve) => {
      child = fork(new URL('./side-process.js', import.meta.url), {
        env: { ...process.env, SIDE_SETTING: JSON.stringify(setting) },
      })
      child.on('message', (news: News) => {
        if (news.kind === 'listening') resolve()
        else if (news.kind === 'refused') refusals.push(news.code)
        else stopped = news.reason
      })
      child.on('exit', () => {
        if (isOver) return
        deaths++
        void start().then(() => child?.send({ kind: 'start' }))
      })
    })

  await start()
  return {
    get deaths() {
      return deaths
    },
    refusals,
    get stopped() {
      return stopped
    },
    tell(command) {
      if (child?.connected === true) child.send(command, () => undefined)
    },
    stop() {
      isOver = true
      child?.kill('SIGKILL')
    },
  }
}
