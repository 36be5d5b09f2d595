import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * Runs a program, and kills it so many milliseconds after its first line.
 *
 * @returns the lines that it said; one that was cut off was not said
 */
export async function killedProgram(parameters: readonly string[], after: number): Promise<string[]> {
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let said = ''
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  await Promise.race([once(child.stdout, 'data'), ended])
  await wait(after)
  child.kill('SIGKILL')
  await ended
  return said.split('\n').slice(0, -1)
}
