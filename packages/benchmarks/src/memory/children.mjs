import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./remembering-process.mjs', import.meta.url))

/** Runs one of the tasks of remembering-process.mjs in a process of its own, whose heap nothing else is in. */
export function inOwnProcess(task, contender, options) {
  return new Promise((resolve, reject) => {
    const child = fork(program, [task, contender, JSON.stringify(options)], { execArgv: ['--expose-gc'] })
    child.once('error', reject)
    child.once('exit', (code) => {
      // Too late for one that has sent its answer.
      reject(new Error(`${task} of ${contender} ended with ${String(code)}`))
    })
    child.once('message', resolve)
  })
}
