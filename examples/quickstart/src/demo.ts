import type { Chapter } from './chapter.js'
import { everyRequest } from './every-request.js'
import { outage } from './outage.js'
import { rotation } from './rotation.js'
import { SIGNING_ALGORITHMS } from './signing-keys.js'
import { startSystem, type System } from './system.js'

/** What the demo shows, one after the other, on one system. */
const CHAPTERS: readonly Chapter[] = [everyRequest, rotation, outage]

const [requested = 'ES256'] = process.argv.slice(2)
const algorithm = SIGNING_ALGORITHMS.find((name) => name === requested)

if (algorithm === undefined) {
  console.error(
    `The authorization server signs with one of ${SIGNING_ALGORITHMS.join(', ')}: npm run demo PS256`,
  )
  process.exitCode = 2
} else {
  const system = await startSystem({ algorithm })
  try {
    console.log(introduction(system))
    for (const chapter of CHAPTERS) {
      const { lines, asExpected } = await chapter(system)
      console.log(lines.join('\n'))
      if (!asExpected) process.exitCode = 1
    }
  } finally {
    await system.stop()
  }
}

function introduction({ authorizationServer: { issuer }, algorithm, services }: System): string {
  const names = services.map(({ name }) => name).join(', ')
  return `The authorization server ${issuer} signs with ${algorithm}.
Each service (${names}) is told the issuer and its own audience, and finds the keys by itself.
`
}
