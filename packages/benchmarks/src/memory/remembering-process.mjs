import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import { accepts } from '../contenders/honest.mjs'
import { portcullis } from '../contenders/portcullis.mjs'
import { AUDIENCE, claimsOf, ISSUER, makeKeys, makeToken } from '../contenders/signed-tokens.mjs'

const CACHE_SIZE = 10_000
/** Characters, as nearly as base64url has it. */
const TOKEN_LENGTH = 800
const ISSUED_AT = Math.floor(Date.now() / 1000)

const fastJwt = (cache) => (algorithm, key) =>
  createVerifier({
    key: algorithm === 'HS256' ? key.export() : key.export({ type: 'spki', format: 'pem' }).toString(),
    algorithms: [algorithm],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    requiredClaims: ['exp'],
    cache,
  })

const CONTENDERS = {
  portcullis: (algorithm, key) => portcullis(algorithm, key, { cacheSize: CACHE_SIZE }),
  'fast-jwt': fastJwt(CACHE_SIZE),
  // Nothing to remember: what the other two are to be compared with.
  'fast-jwt, cache off': fastJwt(false),
}

/** Bytes that are alive, inside of V8's heap and outside of it. */
function alive() {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const TASKS = {
  /** Bytes that are alive after so many tokens of 800 characters. */
  async cached(create, { counts }) {
    const { privateKey, publicKey } = makeKeys('RS256')
    const most = counts.at(-1)
    const padding = await paddingFor(privateKey)
    const { length } = await tokenOf(privateKey, 0, padding)
    const bytes = Buffer.alloc(most * length)
    for (let token = 0; token < most; token += 500) {
      const numbers = Array.from({ length: Math.min(500, most - token) }, (_, index) => token + index)
      const made = await Promise.all(numbers.map((number) => tokenOf(privateKey, number, padding)))
      made.forEach((text, index) => bytes.write(text, (token + index) * length, 'latin1'))
    }
    // As HTTP gives it; the cache alone holds on to it.
    const nth = (number) => bytes.latin1Slice(number * length, (number + 1) * length)
    const verify = await create('RS256', publicKey)
    // What code and shapes take is there before the first figure.
    for (let number = 0; number < Math.min(200, most); number++) await verify(nth(number))
    const points = []
    let seen = 0
    for (const count of counts) {
      for (; seen < count; seen++) await verify(nth(seen))
      points.push({ count, bytes: alive() })
    }
    return points
  },

  /** The same while more and more different tokens come, each of them once. */
  async growth(create, { counts }) {
    const key = createSecretKey(randomBytes(32))
    const verify = await create('HS256', key)
    if (await accepts(verify, `${macToken(key, 0).slice(0, -4)}AAAA`))
      throw new Error('a bad token is accepted')
    const points = []
    let seen = 0
    for (const count of counts) {
      for (; seen < count; seen++) await verify(macToken(key, seen))
      points.push({ count, bytes: alive(), resident: process.memoryUsage.rss() })
    }
    return points
  },

  /** The same with tokens that are all refused, each with a header, a key id and an issuer that nobody has seen. */
  async refusals(create, { counts }) {
    const key = createSecretKey(randomBytes(32))
    const verify = await create('HS256', key)
    const points = []
    let seen = 0
    for (const count of counts) {
      for (; seen < count; seen++) {
        const token = macToken(key, seen, { kid: `key-${seen}` }, { iss: `https://${seen}.example.com` })
        if (await accepts(verify, token)) throw new Error('a token of another issuer is accepted')
      }
      points.push({ count, bytes: alive(), resident: process.memoryUsage.rss() })
    }
    return points
  },
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

function macToken(key, number, header = {}, claims = {}) {
  const registered = { iss: ISSUER, aud: AUDIENCE, iat: ISSUED_AT, exp: ISSUED_AT + 7200 }
  const input = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode({
    ...registered,
    ...claimsOf(`user-${number}`),
    ...claims,
  })}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

function tokenOf(privateKey, number, padding) {
  const claims = claimsOf(`user-${String(number).padStart(6, '0')}`, { client_id: undefined })
  return makeToken('RS256', privateKey, { ...claims, tenant: 'x'.repeat(padding) })
}

async function paddingFor(privateKey) {
  let padding = 0
  while ((await tokenOf(privateKey, 0, padding)).length < TOKEN_LENGTH - 1) padding++
  return padding
}

const [task, contender, options] = process.argv.slice(2)
process.on('disconnect', () => process.exit(1))
const points = await TASKS[task](CONTENDERS[contender], JSON.parse(options))
process.send(points, () => process.exit())
