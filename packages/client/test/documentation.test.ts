import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClientError, type ClientErrorCode } from '@portcullis/client'
import { FAILURES } from '../src/client-error.js'

const page = readFileSync(join(__dirname, '../../../docs/client.md'), 'utf8')

test('the table of codes has every code, with the status that its error has', () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+)` +\| (\d{3}) /gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  const codes = Object.keys(FAILURES) as ClientErrorCode[]
  expect(rows).toEqual(codes.map((code) => [code, new ClientError(code).status]))
})
