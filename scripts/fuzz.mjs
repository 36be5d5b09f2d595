/**
 * Fuzzes the verifier with tokens that are made of others, for as long as told:
 *
 *   npm run build && npm run fuzz -- --seconds 60 --seed 1
 *
 * A token whose answer is a new one joins those that others are made of. Fails, and prints what to run again, when a
 * verifier throws anything but an AuthError, shows a piece of the token in it, takes more than 5 ms of the processor
 * for a refusal, or accepts a token that nobody signed as it stands or whose claims do not hold.
 */
import { Buffer } from 'node:buffer'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { mutate } from './fuzz/mutations.mjs'
import { createRandom } from './fuzz/random.mjs'
import { CLAIMS, createSigners, describeSubjects, mayBeAccepted, verifierOf } from './fuzz/subjects.mjs'

const LIMIT_MILLISECONDS = 5
const CORPUS_SIZE = 2000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    module: { type: 'string', default: new URL('../packages/core/dist/index.js', import.meta.url).href },
    replay: { type: 'string' },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error('usage: npm run fuzz -- --seconds 60 --seed 1')
const library = await import(
  values.module.includes(':') ? values.module : pathToFileURL(resolve(values.module)).href
)

/** What is wrong with the answer to a token, or undefined; and the answer, in one word. */
async function judge(verify, text, signed) {
  let refusal
  try {
    await verify(text)
  } catch (error) {
    refusal = error
  }
  if (refusal === undefined) {
    const sound = signed && mayBeAccepted(text)
    return { answer: 'accepted', fault: sound ? undefined : 'accepted a token that must be refused' }
  }
  if (!(refusal instanceof library.AuthError)) return { answer: 'other', fault: `threw ${String(refusal)}` }
  const told = [
    refusal.message,
    JSON.stringify(refusal),
    JSON.stringify(refusal.headers),
    library.explain(refusal),
  ].join(' ')
  const shown = text.split('.', 4).find((part) => part.length > 20 && told.includes(part.slice(0, 20)))
  return { answer: refusal.code, fault: shown === undefined ? undefined : 'shows a piece of the token' }
}

/** The least of several, since others use the processor too. */
async function processorTime(act) {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage()
    await act()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

async function faultOf(verify, text, signed) {
  const started = performance.now()
  const { answer, fault } = await judge(verify, text, signed)
  if (fault !== undefined || performance.now() - started < LIMIT_MILLISECONDS || text.length > 16_384)
    return { answer, fault }
  const cost = await processorTime(() => judge(verify, text, signed))
  return {
    answer,
    fault: cost > LIMIT_MILLISECONDS ? `took ${cost.toFixed(1)} ms of the processor` : undefined,
  }
}

if (values.replay !== undefined) {
  const { subject, text, signed } = (
    await import(pathToFileURL(resolve(values.replay)).href, { with: { type: 'json' } })
  ).default
  const { answer, fault } = await faultOf(verifierOf(library, subject), text, signed)
  console.log(`${subject.name}: ${answer}, ${fault ?? 'no fault'}`)
  process.exit(fault === undefined ? 0 : 1)
}

const random = createRandom(seed)
const signers = createSigners()
const subjects = describeSubjects(signers).map((subject) => ({
  subject,
  verify: verifierOf(library, subject),
}))
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const corpus = signers.flatMap(({ alg, sign }) =>
  [{}, { kid: alg }, { kid: alg, typ: 'at+jwt' }].map((header) => {
    const input = `${encode({ alg, ...header })}.${encode({ ...CLAIMS, client_id: 'shop', jti: '1' })}`
    return `${input}.${sign(input).toString('base64url')}`
  }),
)
const answers = new Map()
const started = performance.now()
let executions = 0
let reported = started

console.log(`seed ${seed}, ${subjects.length} verifiers, ${corpus.length} tokens to begin with`)
while (performance.now() - started < seconds * 1000) {
  const { subject, verify } = random.pick(subjects)
  const { text, signed } = mutate(random.pick(corpus), random, signers, corpus)
  const known = corpus.includes(text)
  const { answer, fault } = await faultOf(verify, text, signed || known)
  executions++
  if (fault !== undefined) {
    const file = join(tmpdir(), `portcullis-fuzz-${seed}-${executions}.json`)
    writeFileSync(file, JSON.stringify({ subject, text, signed: signed || known }))
    console.error(`${subject.name}: ${fault}, seed ${seed}, execution ${executions}`)
    console.error(`run it again: npm run fuzz -- --replay ${file}`)
    process.exit(1)
  }
  // What a text looks like, roughly, and what becomes of it: whatever is new may lead to more.
  const kind = `${subject.name} ${answer} ${Math.floor(Math.log2(text.length + 1))} ${text.split('.').length} ${signed}`
  if (!answers.has(kind) && corpus.length < CORPUS_SIZE) corpus.push(text)
  answers.set(kind, (answers.get(kind) ?? 0) + 1)
  if (performance.now() - reported > 5000) {
    reported = performance.now()
    console.log(
      `${Math.round((reported - started) / 1000)} s: ${executions} executions, ${answers.size} kinds of answer`,
    )
  }
}
const byAnswer = Map.groupBy?.([...answers], ([kind]) => kind.split(' ').at(-4)) ?? new Map()
console.log(`${executions} executions, ${answers.size} kinds of answer, ${corpus.length} tokens, no fault`)
for (const [answer, kinds] of byAnswer)
  console.log(`  ${answer}: ${kinds.reduce((sum, [, count]) => sum + count, 0)}`)
