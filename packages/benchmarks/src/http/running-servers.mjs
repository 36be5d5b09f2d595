import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./server-process.mjs', import.meta.url))

/**
 * Starts servers together in a process of their own.
 *
 * @param {readonly { framework: string, name: string, algorithm: string }[]} servers and their material
 * @returns {Promise<{ url: string, ask: (task: string) => Promise<number>, stop: () => void }[]>} in that order
 */
export async function startServers(servers) {
  const child = fork(program, [JSON.stringify(servers)], { env: { ...process.env, NODE_ENV: 'production' } })
  const answer = () =>
    new Promise((resolve, reject) => {
      const names = servers.map(({ framework, name }) => `${name} on ${framework}`).join(', ')
      const ended = (code) => reject(new Error(`The process of ${names} ended with ${String(code)}`))
      child.once('exit', ended)
      child.once('message', (message) => {
        child.off('exit', ended)
        resolve(message.answer)
      })
    })
  const ports = await answer()
  return ports.map((port, index) => ({
    url: `http://127.0.0.1:${port}/orders`,
    /** Has it do one of the tasks of server-process.mjs. */
    ask(task) {
      const answered = answer()
      child.send({ task, index })
      return answered
    },
    stop() {
      if (child.connected) child.disconnect()
    },
  }))
}
