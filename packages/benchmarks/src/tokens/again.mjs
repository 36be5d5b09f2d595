import { requireHonest } from '../contenders/honest.mjs'
import { CACHING_PEERS } from '../contenders/peers.mjs'
import { portcullis } from '../contenders/portcullis.mjs'
import { makeKeys, makeTokens, tampered } from '../contenders/signed-tokens.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { oneAfterAnother, rotating } from '../measuring/samples.mjs'

const SIZES = [1, 512, 10_000]

/** Tokens that were verified before, as new strings: µs a token, by algorithm, number of tokens and contender. */
export async function measureAgain(pace, progress) {
  const results = {}
  for (const algorithm of ['HS256', 'RS256']) {
    progress(`again, ${algorithm}`)
    const { privateKey, publicKey } = makeKeys(algorithm)
    const all = await makeTokens(algorithm, privateKey, shareOf(SIZES.at(-1), pace, 4))
    for (const size of SIZES) {
      const tokens = all.slice(0, size)
      const contenders = { portcullis: portcullis(algorithm, publicKey) }
      for (const [name, create] of Object.entries(CACHING_PEERS))
        contenders[name] = create(algorithm, publicKey)
      await requireHonest(contenders, tokens[0], tampered(tokens[0]))
      for (const verify of Object.values(contenders)) for (const token of tokens) await verify(token)
      const samples = Object.entries(contenders).map(([name, verify]) => {
        const next = rotating(tokens)
        return [name, () => oneAfterAnother(next, verify, pace)]
      })
      results[`${algorithm}, ${size.toLocaleString('en')}`] = await interleave(
        Object.fromEntries(samples),
        pace,
      )
    }
  }
  return results
}
