import { once } from 'node:events'
import { createKeyRing, directoryKeyRingStore } from '@portcullis/issuer'

/** Rotates the ring of a directory, so many times or until it is killed, each time at a later moment. */
const [directory = '', start = '0', times = '1'] = process.argv.slice(2)
let now = Number(start)
const ring = createKeyRing({ store: directoryKeyRingStore(directory), clock: () => now, algorithm: 'EdDSA' })
await ring.jwks()
process.stdout.write('ready\n')
await once(process.stdin, 'data')
for (let turn = 0; turn < Number(times); turn++) {
  now += 1000
  await ring.rotate()
}
process.exit()
