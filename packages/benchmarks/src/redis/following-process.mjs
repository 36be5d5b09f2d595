import { redisRevocationStore } from '@portcullis/redis'
import { Redis } from 'ioredis'
import { setTimeout } from 'node:timers'

// Tells when it has learned of each further revocation, by the clock that all processes of the machine share.
process.on('disconnect', () => process.exit())
const redis = new Redis({ port: Number(process.argv[2]), host: '127.0.0.1' })
const store = redisRevocationStore(redis, { settle: 0 })
await store.ready()
let known = store.status().size
process.send({ ready: true })
const look = () => {
  const { size } = store.status()
  if (size > known) {
    known = size
    process.send({ size, at: Date.now() })
  }
  setTimeout(look, 0)
}
look()
