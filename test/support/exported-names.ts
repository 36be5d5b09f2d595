import { run } from './run.ts'

const PROGRAMS = {
  import: ['--input-type=module', 'console.log(JSON.stringify(Object.keys(await import(process.argv[1]))))'],
  require: ['--input-type=commonjs', 'console.log(JSON.stringify(Object.keys(require(process.argv[1]))))'],
} as const

/** The names that a module exports to plain Node, in order. A warning while it loads is a failure. */
export async function exportedNames(
  specifier: string,
  way: keyof typeof PROGRAMS,
  consumer: string,
): Promise<readonly string[]> {
  const [type, program] = PROGRAMS[way]
  const { code, stdout, stderr } = await run(process.execPath, [type, '-e', program, specifier], consumer)
  if (code !== 0 || stderr !== '') throw new Error(`${way} ${specifier} exited with ${code}:\n${stderr}`)
  return (JSON.parse(stdout) as string[]).sort()
}
