import { AuthError, createAuthenticator } from '@portcullis/core'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REFUSALS, type Refusal } from '../../src/outcome/codes.js'
import { blocks, document, ROOT, tableUnder } from './documents.js'

const readme = document('README.md')

function namesOf(table: string): readonly string[] {
  return tableUnder(table, readme).map(([name = '']) => name)
}

/** The names that a factory knows, as it lists them itself when it is given one that it does not know. */
function optionsOf(options: object): readonly string[] {
  try {
    createAuthenticator({ ...options, zzzzzzzzzzzz: true } as never)
  } catch (error) {
    return /the options are (.*)$/.exec((error as Error).message)![1]!.split(', ')
  }
  throw new Error('an unknown option was accepted')
}

test('the table of codes is the list in the code', () => {
  const expected = Object.entries<Refusal>(REFUSALS).map(([code, refusal]) => [
    code,
    String(refusal.status),
    refusal.publicCode ?? code,
    refusal.error ?? '-',
    refusal.description,
  ])
  expect(tableUnder('Codes', readme)).toEqual(expected)
})

test('every code stands beside the check that it comes from, and no code that does not exist', () => {
  const checks = ['What is checked by default', 'What more can be asked for'].flatMap((heading) =>
    tableUnder(heading, readme),
  )
  const named = checks.flatMap(([, , codes = '']) => codes.match(/[a-z]+(?:_[a-z]+)+/g) ?? [])

  expect([...new Set(named)].sort()).toEqual(Object.keys(REFUSALS).sort())
})

test('the table of options has every option, of one issuer and of many', () => {
  const one = optionsOf({ issuer: 'https://id.example.com', audience: 'orders-api' })
  const many = optionsOf({ issuers: [] })

  expect([...namesOf('Options')].sort()).toEqual([...new Set([...one, ...many])].sort())
})

test('the response that the README shows is the one that is sent', () => {
  const { code } = blocks(readme).find(({ language }) => language === 'http')!
  const error = new AuthError('token_expired')
  const [head = '', body = ''] = code.trim().split('\n\n')

  expect(head.split('\n')).toEqual(
    expect.arrayContaining(Object.entries(error.headers).map(([name, value]) => `${name}: ${value}`)),
  )
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${error.status} `))
  expect(body).toBe(JSON.stringify(error))
})

test('the table of packages has every package that is published', () => {
  const folders = readdirSync(join(ROOT, 'packages')).map((name) =>
    join(ROOT, 'packages', name, 'package.json'),
  )
  const published = folders
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as { name: string; private?: boolean })
    .filter((manifest) => manifest.private !== true)

  expect([...namesOf('Packages')].map((cell) => /@portcullis\/[\w-]+/.exec(cell)?.[0]).sort()).toEqual(
    published.map(({ name }) => name).sort(),
  )
})
