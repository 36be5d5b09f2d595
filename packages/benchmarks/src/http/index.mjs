import { createSecretKey, randomBytes } from 'node:crypto'
import { serveJwks } from '../contenders/jwks-endpoint.mjs'
import {
  AUDIENCE,
  claimsOf,
  ISSUER,
  jwkOf,
  makeKeys,
  makeToken,
  makeTokens,
  tampered,
} from '../contenders/signed-tokens.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { figure, ratio, table } from '../measuring/table.mjs'
import { FRAMEWORKS, load } from './frameworks.mjs'
import { createLoad } from './load.mjs'
import { startServers } from './running-servers.mjs'

const ALGORITHMS = ['RS256', 'HS256']
const TOKENS = 10_000
const ROUNDS = 3
/** Of one sample of requests per second. */
const MILLISECONDS = 800
const WARM_UP = 1500
const PROFILED = 3000

/**
 * The same route behind each library, in a process of its own, under load from this one: by framework and algorithm,
 * and in each by load and contender.
 */
export async function measure(pace, progress) {
  const results = {}
  for (const algorithm of ALGORITHMS) {
    progress(`${algorithm}: tokens`)
    const { privateKey, publicKey } = algorithm === 'HS256' ? secretOfLetters() : makeKeys(algorithm)
    const jwk = jwkOf(algorithm, publicKey)
    const tokens = await makeTokens(algorithm, privateKey, shareOf(TOKENS, pace, pace.connections))
    const expired = await makeToken(algorithm, privateKey, claimsOf('mia', { exp: 1_700_000_000 }))
    const bad = [tampered(tokens[0]), expired]
    const endpoint = await serveJwks(...(algorithm === 'HS256' ? [] : [jwk]))
    const material = { algorithm, jwk, issuer: ISSUER, audience: AUDIENCE, jwksUri: endpoint.jwksUri }
    try {
      for (const framework of Object.keys(FRAMEWORKS)) {
        progress(`${algorithm}: ${framework}`)
        results[`${framework}, ${algorithm}`] = await measureFramework(framework, material, tokens, bad, pace)
      }
    } finally {
      endpoint.close()
    }
  }
  return results
}

/** Some peers take a secret as text only. */
function secretOfLetters() {
  const key = createSecretKey(Buffer.from(randomBytes(32).toString('hex')))
  return { privateKey: key, publicKey: key }
}

async function measureFramework(framework, material, tokens, bad, pace) {
  const { CONTENDERS } = await load(framework)
  const known = Object.entries(CONTENDERS).filter(([, { algorithms = ALGORITHMS }]) =>
    algorithms.includes(material.algorithm),
  )
  const names = known.map(([name]) => name)
  const groups = pace.name === 'tiny' ? [names] : names.map((name) => [name])
  const started = await Promise.all(groups.map((group) => startServers(framework, group, material)))
  const servers = Object.assign({}, ...started)
  try {
    for (const [name, { packages }] of known)
      await requireHonestServer(name, servers[name].url, tokens[0], packages === undefined ? [] : bad)
    const loads = {
      ...(pace.name === 'tiny' ? {} : { 'the same token': tokens.slice(0, 1) }),
      [`${tokens.length.toLocaleString('en')} tokens`]: tokens,
    }
    const results = {}
    for (const [load, sent] of Object.entries(loads)) {
      const samples = {}
      for (const [name, { remembers = false }] of known)
        samples[name] = await prepare(servers[name], sent, remembers, pace)
      results[load] = await interleave(samples, { rounds: Math.min(pace.rounds, ROUNDS), warmUp: 0 })
    }
    return results
  } finally {
    for (const server of Object.values(servers)) server.stop()
  }
}

/** Nobody is measured who lets everybody in, or nobody; a bare server lets everybody in. */
async function requireHonestServer(name, url, good, bad) {
  const status = async (token) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return (await globalThis.fetch(url, { headers })).status
  }
  for (const expected of [200, 200])
    if ((await status(good)) !== expected) throw new Error(`${name} refuses the good token`)
  if (bad.length === 0) return
  for (const token of [...bad, undefined]) {
    const answer = await status(token)
    if (answer !== 401) throw new Error(`${name} answers a tampered, expired or missing token with ${answer}`)
  }
}

/** Warms a server up, and answers how one sample of it is taken. */
async function prepare(server, tokens, remembers, pace) {
  const { connections } = pace
  const send = createLoad(server.url, tokens, connections)
  // Who remembers tokens is to have seen all of them.
  if (remembers && tokens.length > 1) await send(tokens.length)
  const amount = pace.warmUp === 0 ? 2 * connections : await warmUp(send, pace)
  const profiled = shareOf(PROFILED, pace, 2 * connections)

  return async () => {
    await server.ask('startClock')
    const speed = await send(amount)
    const processor = (await server.ask('stopClock')) / amount
    await server.ask('startProfile')
    await send(profiled)
    const self = (await server.ask('stopProfile')) / profiled
    return { ...speed, self, processor }
  }
}

/** @returns the number of requests that fill a sample */
async function warmUp(send, pace) {
  const amount = shareOf(WARM_UP, pace, 2 * pace.connections)
  await send(amount)
  const { perSecond } = await send(amount)
  return Math.max(2 * pace.connections, Math.round((perSecond * shareOf(MILLISECONDS, pace)) / 1000))
}

export function print(results) {
  return Object.entries(results)
    .flatMap(([server, loads]) =>
      Object.entries(loads).map(([load, contenders]) => loadTable(`${server}, ${load}`, contenders)),
    )
    .join('\n\n')
}

function loadTable(title, contenders) {
  const { bare } = contenders
  return table(
    [
      title,
      'requests/s',
      'to bare',
      'p50 ms',
      'to bare',
      'p99 ms',
      'to bare',
      'self µs',
      'CPU µs',
      'over bare',
    ],
    Object.entries(contenders).map(([name, { perSecond, p50, p99, self, processor }]) => [
      name,
      figure(perSecond),
      ratio(perSecond / bare.perSecond),
      figure(p50),
      ratio(p50 / bare.p50),
      figure(p99),
      ratio(p99 / bare.p99),
      name.startsWith('bare') ? '–' : figure(self),
      figure(processor),
      name === 'bare' ? '–' : figure(processor - bare.processor),
    ]),
  )
}
