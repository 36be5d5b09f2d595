import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startService } from './service.js'
import { playStory, type Tell } from './story.js'

const folder = mkdtempSync(join(tmpdir(), 'file-vault-'))
let steps = 0
let wrong = 0
const tell: Tell = (line, actual, expected) => {
  steps++
  const right = actual === expected
  if (!right) wrong++
  console.log(`${right ? '✓' : '✗'} ${line}: ${actual}.${right ? '' : ` Expected ${expected}.`}`)
}

async function playHere(): Promise<void> {
  const service = await startService(folder)
  try {
    await playStory(service, tell)
  } finally {
    await service.stop()
  }
}

/** The same on two storage nodes, and what becomes of it when one is stopped. */
async function playOnNetwork(): Promise<void> {
  // What others do not use they do not load.
  const [{ startNetwork }, { playNetworkStory }] = await Promise.all([
    import('./network.js'),
    import('./network-story.js'),
  ])
  const network = await startNetwork(folder)
  try {
    const service = await startService(folder, 0, network.blobs)
    try {
      await playStory(service, tell)
      await playNetworkStory(service, network, tell)
    } finally {
      await service.stop()
    }
  } finally {
    await network.stop()
  }
}

try {
  await (process.argv.includes('--ipfs') ? playOnNetwork() : playHere())
} finally {
  rmSync(folder, { recursive: true })
}
console.log(
  wrong === 0
    ? `\n${steps} steps, each as it should be.`
    : `\n${wrong} of ${steps} steps are not as they should be.`,
)
if (wrong > 0) process.exitCode = 1
