import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { generateKeyPairSync } from 'node:crypto'
import { authorizedFetch, createTokenSource, ownSigner } from '@portcullis/client'
import { createKeyRing, createSigner } from '@portcullis/issuer'
import { AUDIENCE, ISSUER } from '../contenders/signed-tokens.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'

const program = fileURLToPath(new URL('./resource-process.mjs', import.meta.url))
const ROUNDS = 9
const REQUESTS = 1000
/** The first requests make connections, and are compiled. */
const FIRST = 300

/** A request to a service in another process, with a token that is kept already: µs a request, by contender. */
export async function measureClient(pace, progress) {
  progress('client, warm token')
  const child = fork(program)
  const [{ url }] = await once(child, 'message')
  try {
    const contenders = await contendersAt(url)
    const samples = {}
    for (const [name, call] of Object.entries(contenders)) {
      await requireHonestClient(name, call, url)
      await askTimes(call, url, shareOf(FIRST, pace, 2))
      samples[name] = () => sample(call, url, shareOf(REQUESTS, pace, 2))
    }
    return await interleave(samples, { ...pace, rounds: Math.min(pace.rounds, ROUNDS) })
  } finally {
    child.disconnect()
  }
}

async function contendersAt(url) {
  const signer = createSigner({ issuer: ISSUER, keyRing: createKeyRing({ algorithm: 'ES256' }) })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const callWith = (options) => {
    const credential = ownSigner(signer)
    const source = createTokenSource({ clientId: 'shop', credential, audience: AUDIENCE, ...options })
    return { source, call: authorizedFetch(source, { origins: [new URL(url).origin] }) }
  }
  const { source, call } = callWith({})
  const { token } = await source.getToken()
  const headers = { authorization: `Bearer ${token}` }
  return {
    'bare fetch': (address) => globalThis.fetch(address, { headers }),
    authorizedFetch: (address) => call(address),
    'authorizedFetch, DPoP': callWith({ dpop: { key: privateKey, algorithm: 'ES256' } }).call,
  }
}

async function askTimes(call, url, count) {
  for (let at = 0; at < count; at++) await (await call(url)).arrayBuffer()
}

async function sample(call, url, count) {
  const started = performance.now()
  const before = process.cpuUsage()
  await askTimes(call, url, count)
  const { user, system } = process.cpuUsage(before)
  return { elapsed: ((performance.now() - started) * 1000) / count, cpu: (user + system) / count }
}

/** Who sends no token, or none of its own form, is not measured. */
async function requireHonestClient(name, call, url) {
  const { scheme, proof } = await (await call(url)).json()
  const expected = name.endsWith('DPoP') ? 'DPoP' : 'Bearer'
  if (scheme !== expected || proof !== (expected === 'DPoP'))
    throw new Error(`${name} sends no ${expected} token`)
}
