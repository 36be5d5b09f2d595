import { playStory } from './story.js'
import { startSystem } from './system.js'

const LIFETIME = 5
const GRACE = 1

let steps = 0
let wrong = 0
const system = await startSystem({ lifetime: LIFETIME, refreshGrace: GRACE })
try {
  await playStory(system, { lifetime: LIFETIME, grace: GRACE }, (what, happened, expected) => {
    steps++
    if (happened === expected) console.log(`✓ ${what}: ${happened}.`)
    else {
      wrong++
      console.log(`✗ ${what}: ${happened}. Expected ${expected}.`)
    }
  })
} finally {
  await system.stop()
}
console.log(
  wrong === 0
    ? `\n${steps} steps, each as it should be.`
    : `\n${wrong} of ${steps} steps are not as they should be.`,
)
if (wrong > 0) process.exitCode = 1
