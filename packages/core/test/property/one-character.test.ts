import fc from 'fast-check'
import { token, verifier } from '../attacks/support/forge.js'
import { ALGORITHMS, keyOf } from '../attacks/support/keys.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { settings } from './settings.js'

const BASE64URL = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...BASE64URL) },
  { weight: 2, arbitrary: fc.constantFrom('.', '=', '+', '/', ' ', '\n', '\0', '\t', '~', '%', '"') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
)
type Change = (text: string, at: number, character: string) => string
const changes: Readonly<Record<string, Change>> = {
  'another character for it': (text, at, other) => text.slice(0, at) + other + text.slice(at + 1),
  'a character before it': (text, at, other) => text.slice(0, at) + other + text.slice(at),
  'none for it': (text, at) => text.slice(0, at) + text.slice(at + 1),
  'the same twice': (text, at) => text.slice(0, at) + text.charAt(at) + text.slice(at),
  'exchanged with the next': (text, at) =>
    text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2),
  'in the other case': (text, at) => {
    const one = text.charAt(at)
    const other = one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase()
    return text.slice(0, at) + other + text.slice(at + 1)
  },
}

describe('attacks 16 and 79: one character of a valid token is changed', () => {
  it.each(ALGORITHMS)('%s: every such token is refused', async (alg) => {
    const key = keyOf(alg)
    const verify = verifier({ keys: key.source })
    const good = token({}, { kid: 'k', typ: 'JWT' }, key)
    expect(await outcomeOf(verify, good)).toBe('accepted')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(changes)),
        fc.nat(good.length),
        character,
        async (name, at, other) => {
          const changed = changes[name]?.(good, at, other) ?? good
          fc.pre(changed !== good)
          expect(await outcomeOf(verify, changed)).not.toBe('accepted')
        },
      ),
      settings(60),
    )
  })

  it('at each place of a token, by each character of the alphabet', async () => {
    const key = keyOf('HS256')
    const verify = verifier({ keys: key.source })
    const good = token({}, {}, key)
    let accepted = 0
    for (let at = 0; at <= good.length; at++) {
      const other = BASE64URL[(at * 7) % 64] ?? 'A'
      for (const change of Object.values(changes)) {
        const changed = change(good, at, other)
        if (changed !== good && (await outcomeOf(verify, changed)) === 'accepted') accepted++
      }
    }
    expect(accepted).toBe(0)
  })

  it('at the last place of the signature, by all 64', async () => {
    for (const alg of ALGORITHMS) {
      const key = keyOf(alg)
      const verify = verifier({ keys: key.source })
      const good = token({}, {}, key)
      const answers = await Promise.all(BASE64URL.map((last) => outcomeOf(verify, good.slice(0, -1) + last)))
      expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1)
    }
  })
})
