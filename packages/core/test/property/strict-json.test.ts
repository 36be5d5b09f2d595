import fc from 'fast-check'
import { parseStrictJson } from '../../src/jose/strict-json.js'
import { parseReference } from '../jose/reference-json.js'
import { settings } from './settings.js'

/** Names of which some are the same and some only look so. */
const name = fc.constantFrom(
  'a',
  'b',
  '\\u0061',
  'A',
  '',
  '__proto__',
  '\\u005f_proto__',
  'é',
  '\\u00e9',
  '1',
  ':',
  '\\"',
  '{',
  'constructor',
)
const scalar = fc.constantFrom(
  '0',
  '-0',
  '1e5',
  '1e400',
  '01',
  '1.',
  '"x"',
  '"\\ud800"',
  '"\\x"',
  '":,{}[]"',
  '"\\\\"',
  'true',
  'nul',
  'null',
  '-',
  'NaN',
)
const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r', '\u00a0', '\ufeff')

/** Texts that are JSON, or almost. */
const { text } = fc.letrec<{ text: string; object: string; list: string }>((tie) => ({
  text: fc
    .tuple(
      space,
      fc.oneof({ maxDepth: 4, depthIdentifier: 'json' }, scalar, tie('object'), tie('list')),
      space,
    )
    .map((parts) => parts.join('')),
  object: fc
    .array(fc.tuple(name, space, tie('text')), { maxLength: 4, depthIdentifier: 'json' })
    .map((members) => `{${members.map(([key, gap, value]) => `"${key}"${gap}:${value}`).join()}}`),
  list: fc.array(tie('text'), { maxLength: 4, depthIdentifier: 'json' }).map((items) => `[${items.join()}]`),
}))

function expectAgreement(octets: Buffer): unknown {
  const expected = parseReference(octets)
  const actual = parseStrictJson(octets)
  expect(actual === undefined).toBe(expected === undefined)
  expect(actual).toEqual(expected)
  return expected
}

describe('attacks 19 to 30: the parser of headers and claims agrees with a plain one', () => {
  it('about texts that are JSON, or almost', () => {
    let objects = 0
    fc.assert(
      fc.property(text, (any) => {
        if (expectAgreement(Buffer.from(any)) !== undefined) objects++
      }),
      settings(1200),
    )
    expect(objects).toBeGreaterThan(40)
  })
  it('about members of an object', () => {
    let objects = 0
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 4 }), (members) => {
        const any = `{${members.map(([key, value]) => `"${key}":${value}`).join()}}`
        if (expectAgreement(Buffer.from(any)) !== undefined) objects++
      }),
      settings(500),
    )
    expect(objects).toBeGreaterThan(40)
  })
  it('about JSON as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 2), (value, indent) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__"'))
        expect(expectAgreement(Buffer.from(JSON.stringify(value, null, indent)))).toBeDefined()
      }),
      settings(250),
    )
  })
  it('about damaged JSON', () => {
    const piece = fc.string({
      unit: fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', ' ', '0', 'u', '\n'),
      maxLength: 3,
    })
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.nat(),
        fc.nat(3),
        piece,
        (value, place, cut, insert) => {
          const whole = JSON.stringify(value)
          const at = place % (whole.length + 1)
          expectAgreement(Buffer.from(whole.slice(0, at) + insert + whole.slice(at + cut)))
        },
      ),
      settings(700),
    )
  })
  it('about octets', () => {
    const octets = fc.uint8Array({ maxLength: 6 })
    fc.assert(
      fc.property(octets, (any) => {
        expectAgreement(Buffer.concat([Buffer.from('{"a":"'), any, Buffer.from('"}')]))
        expectAgreement(Buffer.from(any))
      }),
      settings(500),
    )
  })
  it('about depth', () => {
    for (let depth = 28; depth <= 36; depth++) {
      expectAgreement(Buffer.from('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)))
      expectAgreement(Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`))
      expectAgreement(Buffer.from(`{"a":[${'[],'.repeat(depth)}[]]}`))
    }
  })
})
