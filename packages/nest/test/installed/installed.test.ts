import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { outputOf } from './bundled-program.js'

jest.setTimeout(90_000)

const problem = (title: string, status: number, code: string) =>
  `${status} ${JSON.stringify({ type: 'about:blank', title, status, code })}`

test('a service answers on both platforms, and nothing is left over', async () => {
  const { stdout, stderr } = await outputOf(readFileSync(join(__dirname, 'program.ts'), 'utf8'))
  const answers = [
    '200 {"healthy":true}',
    problem('An access token is required', 401, 'credentials_missing'),
    problem('The access token is invalid', 401, 'token_invalid'),
    problem('The access token is invalid', 401, 'token_invalid'),
    '200 {"for":"alice"}',
    problem('A required role is missing', 403, 'role_insufficient'),
    '200 {"removed":true}',
  ]
  const [express, fastify] = stdout.trim().split('\n')
  expect(stderr).toBe('')
  expect(JSON.parse(express!)).toEqual(answers)
  expect(JSON.parse(fastify!)).toEqual(answers)
})

test('the first example of the README prints what the README says', async () => {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8')
  const [, example, output] = /```ts\n(.+?)```.+?```text\n(.+?)```/s.exec(readme)!
  expect(await outputOf(example!)).toEqual({ stdout: output, stderr: '' })
})
