import type { StoredBlob } from '@portcullis/files'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Task } from './storage-node.js'

interface Answer {
  readonly number: number
  readonly result?: unknown
  readonly error?: string
}
type Waiting = (answer: Pick<Answer, 'result' | 'error'>) => void

/** Starts a storage node in a process of its own. */
export async function startStorageNode(folder: string) {
  const child = fork(fileURLToPath(new URL('./storage-node.js', import.meta.url)), [folder])
  const waiting = new Map<number, Waiting>()
  let [tasks, isRunning] = [0, true]
  const ended = once(child, 'exit')
  child.on('message', ({ number, ...answer }: Answer) => {
    waiting.get(number)?.(answer)
    waiting.delete(number)
  })
  child.once('exit', () => {
    isRunning = false
    for (const tell of waiting.values()) tell({ error: 'The storage node has ended' })
    waiting.clear()
  })

  const ask = (what: Task['what'], name = '') =>
    new Promise<unknown>((resolve, reject) => {
      const number = ++tasks
      waiting.set(number, ({ result, error }) => {
        if (error === undefined) resolve(result)
        else reject(new Error(error))
      })
      if (isRunning) child.send({ number, what, name } satisfies Task)
      else waiting.get(number)?.({ error: 'The storage node has ended' })
    })

  const [started] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('A storage node has not started'))),
  ])) as [{ readonly addresses: readonly string[] }]
  return {
    folder,
    addresses: started.addresses,
    isRunning: () => isRunning,
    keep: (name: string) => ask('keep', name),
    remove: (name: string) => ask('remove', name),
    list: async () => (await ask('list')) as readonly StoredBlob[],
    async stop() {
      if (isRunning) child.disconnect()
      await ended
    },
  }
}

export type StorageNode = Awaited<ReturnType<typeof startStorageNode>>
