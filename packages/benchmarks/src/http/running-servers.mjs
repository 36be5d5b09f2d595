import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./server-process.mjs', import.meta.url))

/**
 * Starts servers in a process of its own.
 *
 * @param {readonly string[]} names of contenders
 * @returns {Promise<Record<string, { url: string, ask: (task: string) => Promise<number>, stop: () => void }>>}
 */
export async function startServers(framework, names, material) {
  const child = fork(program, [JSON.stringify({ framework, names, ...material })], {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const answer = () =>
    new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`The server of ${names.join()} ended with ${String(code)}`))
      child.once('exit', ended)
      child.once('message', (message) => {
        child.off('exit', ended)
        resolve(message.answer)
      })
    })
  const ports = await answer()
  const serverOf = (name) => ({
    url: `http://127.0.0.1:${ports[name]}/orders`,
    /** Has it do one of the tasks of server-process.mjs. */
    ask(task) {
      const answered = answer()
      child.send({ task, name })
      return answered
    },
    stop: () => child.connected && child.disconnect(),
  })
  return Object.fromEntries(names.map((name) => [name, serverOf(name)]))
}
