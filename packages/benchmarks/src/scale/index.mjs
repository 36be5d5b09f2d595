import { accepts } from '../contenders/honest.mjs'
import { tampered } from '../contenders/signed-tokens.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { oneAfterAnother, rotating } from '../measuring/samples.mjs'
import { figure, ratio, table } from '../measuring/table.mjs'
import {
  ISSUERS,
  KEYS,
  LENGTHS,
  ROLES,
  tokenOfLength,
  tokenOfRoles,
  tokensOfIssuers,
  tokensOfKeys,
} from './contenders.mjs'

const GROWING = {
  'characters of a token, HS256': [LENGTHS, (length) => tokenOfLength('HS256', length)],
  'characters of a token, ES256': [LENGTHS, (length) => tokenOfLength('ES256', length)],
  'roles of a token, the last one required, ES256': [ROLES, tokenOfRoles],
  'issuers, ES256': [ISSUERS, tokensOfIssuers],
  'keys of the issuer, ES256': [KEYS, tokensOfKeys],
}

/** What verifying costs as something grows, by what grows and its size: µs for a new token, and for a remembered one. */
export async function measure(pace, progress) {
  const results = {}
  for (const [what, [sizes, create]] of Object.entries(GROWING)) {
    progress(what)
    const samples = {}
    for (const size of pace.name === 'tiny' ? sizes.slice(0, 3) : sizes)
      Object.assign(samples, await samplesOf(size, await create(size), pace))
    results[what] = await interleave(samples, pace)
  }
  return results
}

async function samplesOf(size, { tokens, verifier }, pace) {
  const [cold, warm] = [verifier(0), verifier(10_000)]
  for (const verify of [cold, warm]) {
    for (const token of tokens)
      if (!(await accepts(verify, token))) throw new Error(`a good token is refused at ${size}`)
    if (await accepts(verify, tampered(tokens[0]))) throw new Error(`a tampered token is accepted at ${size}`)
  }
  return Object.fromEntries(
    Object.entries({ new: cold, remembered: warm }).map(([kind, verify]) => {
      const next = rotating(tokens)
      return [`${size} ${kind}`, () => oneAfterAnother(next, verify, pace)]
    }),
  )
}

export function print(results) {
  return Object.entries(results)
    .map(([what, samples]) => {
      const sizes = [...new Set(Object.keys(samples).map((name) => Number.parseInt(name, 10)))]
      const cells = (size, kind) => {
        const elapsed = samples[`${size} ${kind}`].elapsed
        return [figure(elapsed), ratio(elapsed / samples[`${sizes[0]} ${kind}`].elapsed)]
      }
      return table(
        [what, 'new: µs', '', 'remembered: µs', ''],
        sizes.map((size) => [size.toLocaleString('en'), ...cells(size, 'new'), ...cells(size, 'remembered')]),
      )
    })
    .join('\n\n')
}
