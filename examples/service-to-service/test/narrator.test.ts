import { createJournal, type Call } from '../src/journal.js'
import { createNarrator } from '../src/narrator.js'
import { allAnswered } from '../src/traffic.js'

function told(tell: (narrator: ReturnType<typeof createNarrator>) => Promise<void> | void) {
  const lines: string[] = []
  const narrator = createNarrator((line) => lines.push(line.replaceAll(/ {2,}/g, '  ')))
  return Promise.resolve(tell(narrator)).then(() => ({ lines, isAsExpected: narrator.isAsExpected }))
}

const CALL: Call = {
  service: 'inventory',
  request: 'GET /stock/tea',
  subject: 'ada',
  actors: ['billing', 'orders'],
  scopes: ['stock:read'],
}
const AS_EXPECTED = [
  'billing → inventory',
  'GET /stock/tea with stock:read',
  'billing for orders for ada',
] as const

test('a step that went as it should is told with its result', async () => {
  const { lines, isAsExpected } = await told(async (narrator) => {
    await narrator.step('ada → orders', 'GET /orders', '200', () => Promise.resolve('200'))
    narrator.end()
  })
  expect(lines).toEqual(['✓ ada → orders  GET /orders  200', '\n1 steps, each as it should be.'])
  expect(isAsExpected).toBe(true)
})

test('a step that went otherwise, or failed, is told with what was expected', async () => {
  const { lines, isAsExpected } = await told(async (narrator) => {
    await narrator.step('ada → orders', 'GET /orders', '403', () => Promise.resolve('200'))
    await narrator.step('ada → orders', 'GET /orders', '200', () => Promise.reject(new Error('no answer')))
    narrator.end()
  })
  expect(lines).toEqual([
    '✗ ada → orders  GET /orders  200  (expected: 403)',
    '✗ ada → orders  GET /orders  Error: no answer  (expected: 200)',
    '\n2 of 2 steps are not as they should be.',
  ])
  expect(isAsExpected).toBe(false)
})

test.each<[string, readonly Call[], readonly (readonly [string, string, string])[], string]>([
  [
    'as expected',
    [CALL],
    [AS_EXPECTED],
    '✓ billing → inventory  GET /stock/tea with stock:read  billing for orders for ada',
  ],
  [
    'for somebody else',
    [{ ...CALL, actors: [] }],
    [['ada → inventory', AS_EXPECTED[1], AS_EXPECTED[2]]],
    '✗ ada → inventory  GET /stock/tea with stock:read  for itself  (expected: billing for orders for ada)',
  ],
  [
    'another one',
    [{ ...CALL, scopes: ['stock:count'] }],
    [AS_EXPECTED],
    '✗ billing → inventory  GET /stock/tea with stock:read  billing → inventory GET /stock/tea with stock:count billing for orders for ada  (expected: billing for orders for ada)',
  ],
  [
    'that did not happen',
    [],
    [AS_EXPECTED],
    '✗ billing → inventory  GET /stock/tea with stock:read  did not happen  (expected: billing for orders for ada)',
  ],
  [
    'that nobody expected',
    [CALL],
    [],
    '✗ billing → inventory  GET /stock/tea with stock:read  billing for orders for ada  (expected: nothing)',
  ],
])('a call %s', async (_, actual, expected, line) => {
  const { lines, isAsExpected } = await told((narrator) => {
    narrator.calls(actual, expected)
  })
  expect(lines).toEqual([line])
  expect(isAsExpected).toBe(line.startsWith('✓'))
})

test('a story without a step is not as it should be', async () => {
  expect(await told(() => undefined)).toEqual({ lines: [], isAsExpected: false })
})

test('the journal tells who acts for whom, and each call once', () => {
  const journal = createJournal()
  const auth = {
    subject: 'ada',
    scopes: ['b', 'a'],
    claims: { act: { sub: 'billing', act: { sub: 'orders' } } },
  }
  journal.write('inventory', 'GET /stock/tea', auth as never)
  expect(journal.read()).toEqual([{ ...CALL, scopes: ['a', 'b'] }])
  expect(journal.read()).toEqual([])
})

test('one refusal among the answers is told', () => {
  expect(allAnswered(['200', '201', '200'])).toBe('every answer 200 or 201')
  expect(allAnswered(['200', '500 token_refused', '401 token_invalid'])).toBe(
    'also 500 token_refused, 401 token_invalid',
  )
  expect(allAnswered([])).toBe('no answer')
})
