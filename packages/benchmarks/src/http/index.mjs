import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { figure, ratio, table } from '../measuring/table.mjs'
import { createContests } from './contests.mjs'
import { createLoad } from './load.mjs'
import { startServers } from './running-servers.mjs'

const TOKENS = 10_000
const ROUNDS = 3
/** A sample of requests per second, and a profile, are of as many requests as fill these. */
const MILLISECONDS = 500
/** Requests until V8 has compiled what it will: after fewer, the same code takes several times as long. */
const WARM_UP = 6000
const WARM_UP_AGAIN = 1000

/**
 * The same route behind each library, in a process of its own, under load from this one: by framework and algorithm,
 * and in each by load and contender.
 */
export async function measure(pace, progress) {
  progress('tokens')
  const byAlgorithm = await createContests(shareOf(TOKENS, pace, pace.connections))
  const contests = byAlgorithm.flat()
  // Where figures do not matter, as many servers share a process as can.
  const groups = pace.name === 'tiny' ? byAlgorithm : contests.map((contest) => [contest])
  const results = {}
  try {
    for (const group of groups) {
      progress(group.map(({ title }) => title).join('; '))
      const wanted = group.flatMap(({ servers }) => servers)
      const apart = pace.name === 'tiny' ? [wanted] : wanted.map((server) => [server])
      const running = (await Promise.all(apart.map(startServers))).flat()
      let first = 0
      for (const contest of group) {
        const own = running.slice(first, (first += contest.servers.length))
        results[contest.title] = await measureContest(contest, own, pace)
      }
      for (const { stop } of running) stop()
    }
  } finally {
    for (const { close } of contests) close()
  }
  return results
}

async function measureContest({ servers, tokens, bad }, running, pace) {
  for (const [index, { name, isBare }] of servers.entries())
    await requireHonestServer(name, running[index].url, tokens[0], isBare ? [] : bad)
  const loads = {
    ...(pace.name === 'tiny' ? {} : { 'the same token': tokens.slice(0, 1) }),
    [`${tokens.length.toLocaleString('en')} tokens`]: tokens,
  }
  const results = {}
  for (const [load, sent] of Object.entries(loads)) {
    const samples = {}
    const requests = Object.keys(results).length === 0 ? WARM_UP : WARM_UP_AGAIN
    for (const [index, server] of servers.entries())
      samples[server.name] = await prepare(running[index], { ...server, requests }, sent, pace)
    results[load] = await interleave(samples, { rounds: Math.min(pace.rounds, ROUNDS), warmUp: 0 })
  }
  return results
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
async function prepare(server, { name, isBare, remembers, requests }, tokens, pace) {
  const { connections } = pace
  const isProfiled = pace.name === 'tiny' ? name === 'portcullis' : !isBare
  const send = createLoad(server.url, tokens, connections)
  // Who remembers tokens is to have seen all of them.
  if (remembers && tokens.length > 1) await send(tokens.length)
  const amount = pace.warmUp === 0 ? 2 * connections : await warmUp(send, requests, pace)

  return async () => {
    await server.ask('startClock')
    const speed = await send(amount)
    const processor = (await server.ask('stopClock')) / amount
    return { ...speed, processor, self: isProfiled ? await selfTime(server, send, amount) : NaN }
  }
}

/** Microseconds a request. */
async function selfTime(server, send, amount) {
  await server.ask('startProfile')
  await send(amount)
  return (await server.ask('stopProfile')) / amount
}

/** @returns the number of requests that fill a sample */
async function warmUp(send, requests, pace) {
  const amount = Math.max(2 * pace.connections, Math.round(requests / 2))
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
      figure(self),
      figure(processor),
      name === 'bare' ? '–' : figure(processor - bare.processor),
    ]),
  )
}
