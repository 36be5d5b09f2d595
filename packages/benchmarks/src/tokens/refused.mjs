import { accepts } from '../contenders/honest.mjs'
import { PEERS } from '../contenders/peers.mjs'
import { portcullis } from '../contenders/portcullis.mjs'
import { claimsOf, makeKeys, makeTokens, tampered } from '../contenders/signed-tokens.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { oneAfterAnother, rotating } from '../measuring/samples.mjs'

const COUNT = 200
const ALGORITHMS = ['HS256', 'RS256', 'ES256']
/** Characters. */
const LONG = 16_000

const long = (subject) => claimsOf(subject, { roles: rolesOf(LONG) })
const expired = (subject) => claimsOf(subject, { exp: Math.floor(Date.now() / 1000) - 60 })
const longAndExpired = (subject) => ({ ...long(subject), ...expired(subject), roles: rolesOf(LONG) })

/** As many roles as fill a token of so many characters. */
function rolesOf(characters) {
  const name = (index) => `department-${String(index).padStart(4, '0')}`
  return Array.from({ length: Math.floor(((characters - 900) * 3) / 4 / 18) }, (_, index) => name(index))
}

/** Letters without a dot, as long as a token. */
const garbage = (token) => Buffer.from(token).toString('base64url').slice(0, token.length)
/** The form of a token, with nothing behind it. */
const shapedGarbage = (token) => token.split('.').map(garbage).join('.')

/**
 * Tokens that are refused, and an acceptance of a token of the same size by the same contender, cold as well: µs a
 * token, by algorithm, kind and contender. Ratios are of the refusal to the acceptance.
 */
export async function measureRefused(pace, progress) {
  const results = {}
  for (const algorithm of ALGORITHMS) {
    progress(`refused, ${algorithm}`)
    const { privateKey, publicKey } = makeKeys(algorithm)
    const count = shareOf(COUNT, pace, 10)
    const make = (claims) => makeTokens(algorithm, privateKey, count, claims)
    const good = await make(claimsOf)
    const goodLong = await make(long)
    const [expiredOnes, expiredLong, unknownKey] = await Promise.all([
      make(expired),
      make(longAndExpired),
      make(claimsOf).then((tokens) => tokens.map(withUnknownKey)),
    ])
    const kinds = {
      expired: [expiredOnes, good],
      'bad signature': [good.map(tampered), good],
      ...(algorithm === 'HS256' ? {} : { 'unknown key': [unknownKey, good] }),
      garbage: [good.map(garbage), good],
      'garbage with dots': [good.map(shapedGarbage), good],
      '16 KiB, expired': [expiredLong, goodLong],
      '16 KiB, bad signature': [goodLong.map(tampered), goodLong],
      '16 KiB, garbage with dots': [goodLong.map(shapedGarbage), goodLong],
    }
    const contenders = {
      portcullis: portcullis(algorithm, publicKey, { cacheSize: 0 }),
      'fast-jwt': await PEERS['fast-jwt'](algorithm, publicKey),
      jsonwebtoken: await PEERS.jsonwebtoken(algorithm, publicKey),
      jose: await PEERS.jose(algorithm, publicKey),
    }
    results[algorithm] = {}
    for (const [kind, [bad, accepted]] of Object.entries(kinds)) {
      results[algorithm][kind] = await measureKind(contenders, bad, accepted, pace)
    }
  }
  return results
}

function withUnknownKey(token) {
  const [header, ...rest] = token.split('.')
  const members = JSON.parse(Buffer.from(header, 'base64url').toString())
  return [Buffer.from(JSON.stringify({ ...members, kid: 'key-2' })).toString('base64url'), ...rest].join('.')
}

async function measureKind(contenders, bad, good, pace) {
  const samples = {}
  for (const [name, verify] of Object.entries(contenders)) {
    if (!(await accepts(verify, good[0]))) throw new Error(`${name} refuses the good token`)
    // A peer with one key does not look at key ids, and finds the signature to be bad or good.
    if (await accepts(verify, bad[0])) continue
    const [nextBad, nextGood] = [rotating(bad), rotating(good)]
    samples[`${name}: refused`] = () => oneAfterAnother(nextBad, (token) => refusal(verify, token), pace)
    samples[`${name}: accepted`] = () => oneAfterAnother(nextGood, verify, pace)
  }
  const figures = await interleave(samples, pace)
  return Object.fromEntries(
    Object.keys(contenders)
      .filter((name) => `${name}: refused` in figures)
      .map((name) => [
        name,
        { refused: figures[`${name}: refused`], accepted: figures[`${name}: accepted`] },
      ]),
  )
}

/** A service catches what is thrown; a peer that answers at once throws at once. */
function refusal(verify, token) {
  try {
    const answer = verify(token)
    return answer instanceof Promise ? answer.catch(ignore) : answer
  } catch (error) {
    return error
  }
}

function ignore() {
  return undefined
}
