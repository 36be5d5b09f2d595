import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { buildProgram } from '../../../../test/support/build-program.ts'

/** What a process of store-process.ts is told. */
export interface StoreSettings {
  readonly port: number
  readonly prefix: string
  readonly durable?: boolean
  readonly settle?: number
}

interface Reply {
  readonly number: number
  /** JSON, so that what comes of it belongs to the realm of the tests. */
  readonly answer?: string
  readonly error?: { readonly name: string; readonly code?: string }
}

export interface StoreProcess {
  /** Has the process do something; rejects with what it threw, and when it ends before it answers. */
  ask<T>(task: string, ...given: readonly unknown[]): Promise<T>
  /** SIGKILL: nothing in the process gets to end what it began. */
  kill(): Promise<void>
}

/** Makes the program of store-process.ts, with the sources of our packages in it. */
export const buildStoreProgram = (folder: string): Promise<string> =>
  buildProgram(join(__dirname, 'store-process.ts'), folder)

export async function startStoreProcess(program: string, settings: StoreSettings): Promise<StoreProcess> {
  const child: ChildProcess = fork(program, [JSON.stringify(settings)], {
    execArgv: [],
    // Infinity and what is no number pass as well.
    serialization: 'advanced',
  })
  const waiting = new Map<number, (reply: Reply) => void>()
  let number = 0
  child.on('message', (reply: Reply) => {
    waiting.get(reply.number)?.(reply)
    waiting.delete(reply.number)
  })
  child.on('exit', () => {
    for (const [each, settle] of waiting) settle({ number: each, error: { name: 'Killed' } })
    waiting.clear()
  })
  const ready = new Promise<Reply>((resolve) => waiting.set(0, resolve))
  if ((await ready).error !== undefined) throw new Error('The process ended at its start')
  return {
    ask: <T>(task: string, ...given: readonly unknown[]) =>
      new Promise<T>((resolve, reject) => {
        number += 1
        if (!child.connected) {
          reject(new Error('Killed'))
          return
        }
        waiting.set(number, ({ answer, error }) => {
          if (error === undefined) resolve((answer === undefined ? undefined : JSON.parse(answer)) as T)
          else reject(Object.assign(new Error(error.name), error))
        })
        child.send({ number, task, given }, () => undefined)
      }),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
