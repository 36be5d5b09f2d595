import { startInOneProcess } from './one-process.js'
import { playStory } from './story.js'
import type { System } from './system.js'

const INTRODUCTION = `People sign in at identity, and ask at the gateway, which passes on to catalog (Express), orders (Koa) and billing
(Nest). Each of them verifies the token by itself. Orders asks catalog and billing with tokens that it signs itself.`

const redisUrl = process.env.REDIS_URL
const system = await (redisUrl === undefined ? startInOneProcess() : startOnRedis(redisUrl))
console.log(INTRODUCTION)
if (system.processes > 1) {
  console.log(
    `Each has ${system.processes} processes behind a round-robin, which share their state by Redis.`,
  )
}

let steps = 0
let requests = 0
let wrong = 0

try {
  await playStory(system, {
    say(line) {
      console.log(line)
    },
    step({ line, asExpected }) {
      steps++
      if (!asExpected) wrong++
      console.log(`${asExpected ? '✓' : '✗'} ${line}`)
    },
    table(report) {
      requests += report.requests
      wrong += report.wrong
      console.log(report.lines.join('\n'))
    },
  })
} finally {
  await system.stop()
}

const all = `${steps} steps and ${requests} requests of the table`
console.log(
  wrong === 0 ? `\n${all}, each as it should be.` : `\n${wrong} of ${all} are not as they should be.`,
)
if (wrong > 0) process.exitCode = 1

async function startOnRedis(url: string): Promise<System> {
  const { startManyProcesses } = await import('./many-processes.js')
  return startManyProcesses(url)
}
