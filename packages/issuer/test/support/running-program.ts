import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'

/** A program that runs, once it has said its first line. */
export interface RunningProgram {
  readonly firstLine: string
  readonly child: ChildProcessWithoutNullStreams
  /** SIGKILL: nothing in the process gets to end what it began. */
  kill(): Promise<void>
}

export async function startProgram(program: string, parameters: readonly string[]): Promise<RunningProgram> {
  const child = spawn(process.execPath, [program, ...parameters])
  const ended = once(child, 'close')
  let complaint = ''
  child.stderr.on('data', (data: Buffer) => {
    complaint += data.toString()
  })
  const [data] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer | number | null]
  if (!(data instanceof Buffer)) throw new Error(`The program ended at its start: ${complaint}`)
  return {
    firstLine: data.toString().trim(),
    child,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
