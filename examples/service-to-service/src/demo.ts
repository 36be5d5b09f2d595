import { createNarrator } from './narrator.js'
import { playStory } from './story.js'

const narrator = createNarrator((line) => {
  console.log(line)
})

console.log(`An issuer, and three services that trust it: orders (Express) calls inventory (Koa) and billing (Nest).
Each is told the issuer and its own audience, and finds the keys by itself.
`)
await playStory(narrator)
narrator.end()
if (!narrator.isAsExpected) process.exitCode = 1
