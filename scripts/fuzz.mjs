// Mutates tokens for as long as it is told, and looks for one that is let in although it was changed, for an error
// that is no refusal, and for a refusal that is slow.
//
//   npm run fuzz -- --seconds 60 --seed 1
//
// Works on the built packages. Exit status 1 with the token that was found, and the seed to find it again.
import { generateKeyPairSync, sign } from 'node:crypto'
import { parseArgs } from 'node:util'
import { AuthError, createVerifier, localJwks } from '@portcullis/core'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
const seconds = Number(values.seconds ?? 60)
const seed = Number(values.seed ?? Date.now() % 2 ** 32)
if (!(seconds > 0) || !Number.isInteger(seed)) throw new TypeError('--seconds and --seed expect numbers')

const SLOW_MILLISECONDS = 100
const ISSUER = 'https://id.example.com'
const AUDIENCE = 'orders-api'

/** A small generator whose run can be repeated (mulberry32). */
function generator(state) {
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const random = generator(seed)
const pick = (list) => list[random(list.length)]
const keys = generateKeyPairSync('ed25519')
const verify = createVerifier({
  issuer: ISSUER,
  audience: AUDIENCE,
  keys: localJwks({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'EdDSA' }] }),
})

const encode = (text) => Buffer.from(text, 'latin1').toString('base64url')
function signed(header, payload) {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${sign(null, Buffer.from(input), keys.privateKey).toString('base64url')}`
}

const HEADER = '{"alg":"EdDSA","kid":"key-1","typ":"at+jwt"}'
const payload = () => {
  const now = Math.floor(Date.now() / 1000)
  return `{"iss":"${ISSUER}","aud":"${AUDIENCE}","sub":"mia","iat":${now - 10},"exp":${now + 3600},"roles":["admin"]}`
}
const FRAGMENTS = [
  '"',
  '\\',
  '\\u0000',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  'null',
  '1e400',
  '-0',
  '"exp":0',
  '"alg":"none"',
]
const ODD = ['=', '+', '/', '.', ' ', '\n', '\0', 'é', '\u0141', '~', '-', '_', 'A']

const splice = (text, inserted) => {
  const at = random(text.length + 1)
  return text.slice(0, at) + inserted + text.slice(at + random(4))
}

/** Ways to change a token; `signed` ones have a signature that holds over what was changed. */
const MUTATIONS = [
  () => ({ token: splice(signed(HEADER, payload()), pick(ODD)), mayPass: false }),
  () => ({ token: splice(signed(HEADER, payload()), ''), mayPass: false }),
  () => ({ token: signed(splice(HEADER, pick(FRAGMENTS)), payload()), mayPass: true }),
  () => ({ token: signed(HEADER, splice(payload(), pick(FRAGMENTS))), mayPass: true }),
  () => ({ token: signed(HEADER, splice(payload(), String.fromCharCode(random(256)))), mayPass: true }),
  () => ({ token: Array.from({ length: random(16_384) }, () => pick(ODD)).join(''), mayPass: false }),
]

let executions = 0
let accepted = 0
const until = performance.now() + seconds * 1000
let shownAt = performance.now()
console.log(`seed ${seed}, ${seconds} s`)
while (performance.now() < until) {
  const original = signed(HEADER, payload())
  const { token, mayPass } = pick(MUTATIONS)()
  const started = performance.now()
  const outcome = await verify(token).then(
    () => 'accepted',
    (error) => (error instanceof AuthError ? 'refused' : `threw ${error?.name}`),
  )
  const milliseconds = performance.now() - started
  executions++
  if (outcome === 'accepted') accepted++
  const wrong =
    outcome === 'accepted' ? !mayPass && token !== original && !isUnchanged(token) : outcome !== 'refused'
  if (wrong || milliseconds > SLOW_MILLISECONDS) {
    console.error(
      `${outcome} after ${milliseconds.toFixed(0)} ms, execution ${executions} of seed ${seed}:\n${token}`,
    )
    process.exit(1)
  }
  if (performance.now() - shownAt > 1000) {
    shownAt = performance.now()
    console.log(
      `${executions} tokens, ${accepted} let in whose claims stayed sound, ${Math.ceil((until - shownAt) / 1000)} s left`,
    )
  }
}
console.log(`${executions} tokens, nothing found`)

/** A splice may cut out what it puts in: the token is then as it was signed. */
function isUnchanged(token) {
  const dot = token.lastIndexOf('.')
  const again = sign(null, Buffer.from(token.slice(0, dot)), keys.privateKey).toString('base64url')
  return again === token.slice(dot + 1)
}
