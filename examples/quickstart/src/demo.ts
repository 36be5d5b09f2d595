import { parseArgs } from 'node:util'
import type { Chapter } from './chapter.js'
import { everyRequest } from './every-request.js'
import { SIGNING_ALGORITHMS } from './signing-keys.js'
import { startSystem } from './system.js'

/** What the demo shows, one after the other, on one system. */
const CHAPTERS: readonly Chapter[] = [everyRequest]

const { values } = parseArgs({ options: { algorithm: { type: 'string', default: 'ES256' } } })
const algorithm = SIGNING_ALGORITHMS.find((name) => name === values.algorithm)

if (algorithm === undefined) {
  console.error(`--algorithm expects one of ${SIGNING_ALGORITHMS.join(', ')}`)
  process.exitCode = 2
} else {
  const system = await startSystem({ algorithm })
  try {
    console.log(
      `oidc-provider signs with ${algorithm}; each service finds its keys by the issuer's metadata.\n`,
    )
    for (const chapter of CHAPTERS) {
      const { lines, asExpected } = await chapter(system)
      console.log(lines.join('\n'))
      if (!asExpected) process.exitCode = 1
    }
  } finally {
    await system.stop()
  }
}
