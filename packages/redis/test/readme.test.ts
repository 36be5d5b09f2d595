import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAsPasted } from '../../../test/support/run-as-pasted.ts'
import { startRedis, withRedis } from './support/redis-server.ts'

const folder = join(__dirname, '..')

withRedis('the README', () => {
  test('has an example that prints what it says', async () => {
    const redis = await startRedis()
    process.env.REDIS_URL = `redis://127.0.0.1:${redis.port}`
    try {
      const text = readFileSync(join(folder, 'README.md'), 'utf8')
      const code = /```ts\n([\s\S]*?)```/.exec(text)![1]!
      const output = /```text\n([\s\S]*?)```/.exec(text)![1]!
      const { stdout, stderr } = await runAsPasted(code, folder)
      expect(stderr).toBe('')
      expect(stdout).toBe(output)
    } finally {
      delete process.env.REDIS_URL
      await redis.stop()
    }
  }, 120_000)
})
