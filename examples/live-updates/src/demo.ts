import { playStory } from './story.js'

let steps = 0
let wrong = 0

await playStory(({ line, asExpected }) => {
  steps++
  if (!asExpected) wrong++
  console.log(`${asExpected ? '✓' : '✗'} ${line}`)
})
console.log(
  wrong === 0
    ? `\n${steps} steps, each as it should be.`
    : `\n${wrong} of ${steps} steps are not as they should be.`,
)
if (wrong > 0) process.exitCode = 1
