import { bare, bareOnPool } from '../contenders/bare.mjs'
import { requireHonest } from '../contenders/honest.mjs'
import { PEERS } from '../contenders/peers.mjs'
import { portcullis } from '../contenders/portcullis.mjs'
import { ALGORITHMS, makeKeys, makeTokens, tampered } from '../contenders/signed-tokens.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { manyInFlight, oneAfterAnother, rotating } from '../measuring/samples.mjs'

const IN_FLIGHT = 64
/** More tokens than the cache holds: none is there any more when it comes round again. */
const OVER_THE_CACHE = 1.1

/** Tokens that are new to whoever verifies them: µs a token by algorithm and contender. */
export async function measureCold(pace, progress) {
  const results = { oneAfterAnother: {}, inFlight: {} }
  const cacheSize = shareOf(10_000, pace, 10)
  for (const algorithm of ALGORITHMS) {
    progress(`cold, ${algorithm}`)
    const { privateKey, publicKey } = makeKeys(algorithm)
    const tokens = await makeTokens(algorithm, privateKey, Math.ceil(cacheSize * OVER_THE_CACHE))
    const contenders = await contendersFor(algorithm, publicKey, cacheSize)
    await requireHonest(contenders, tokens[0], tampered(tokens[0]))
    results.oneAfterAnother[algorithm] = await interleave(
      samplesOf(contenders, (verify, next) => oneAfterAnother(next, verify, pace), tokens),
      pace,
    )
    const onPool = { ...contenders, 'bare node:crypto': bareOnPool(algorithm, publicKey) }
    results.inFlight[algorithm] = await interleave(
      samplesOf(onPool, (verify, next) => manyInFlight(next, verify, pace, IN_FLIGHT), tokens),
      pace,
    )
  }
  return results
}

async function contendersFor(algorithm, publicKey, cacheSize) {
  const contenders = {
    'bare node:crypto': bare(algorithm, publicKey),
    portcullis: portcullis(algorithm, publicKey, { cacheSize }),
    'portcullis, cache off': portcullis(algorithm, publicKey, { cacheSize: 0 }),
  }
  for (const [name, create] of Object.entries(PEERS)) {
    const verify = await create(algorithm, publicKey)
    if (verify !== undefined) contenders[name] = verify
  }
  return contenders
}

/** Each contender walks through the tokens on its own, from sample to sample. */
function samplesOf(contenders, sample, tokens) {
  return Object.fromEntries(
    Object.entries(contenders).map(([name, verify]) => {
      const next = rotating(tokens)
      return [name, () => sample(verify, next)]
    }),
  )
}
