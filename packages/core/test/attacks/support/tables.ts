import type { RefusalCode } from '../../../src/outcome/codes.js'
import type { Verifier } from '../../../src/verifier.js'
import { verifier } from './forge.js'
import { outcomeOf } from './outcome-of.js'

/** What a row is about, and the token. */
export type Tokens = Readonly<Record<string, unknown>>

const usual = verifier()

/** A table of tokens that must be refused, all for the same reason. */
export function refuses(title: string, code: RefusalCode, tokens: Tokens, verify: Verifier = usual): void {
  describe(title, () => {
    it.each(Object.entries(tokens))('refuses %s', async (_, token) => {
      expect(await outcomeOf(verify, token)).toBe(code)
    })
  })
}

/** A table of tokens that honest issuers send. */
export function accepts(title: string, tokens: Tokens, verify: Verifier = usual): void {
  describe(title, () => {
    it.each(Object.entries(tokens))('accepts %s', async (_, token) => {
      expect(await outcomeOf(verify, token)).toBe('accepted')
    })
  })
}
