import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startService } from './service.js'
import { playStory } from './story.js'

const folder = mkdtempSync(join(tmpdir(), 'file-vault-'))
const service = await startService(folder)
let steps = 0
let wrong = 0
try {
  await playStory(service, (line, actual, expected) => {
    steps++
    const right = actual === expected
    if (!right) wrong++
    console.log(`${right ? '✓' : '✗'} ${line}: ${actual}.${right ? '' : ` Expected ${expected}.`}`)
  })
} finally {
  await service.stop()
  rmSync(folder, { recursive: true })
}
console.log(
  wrong === 0
    ? `\n${steps} steps, each as it should be.`
    : `\n${wrong} of ${steps} steps are not as they should be.`,
)
if (wrong > 0) process.exitCode = 1
