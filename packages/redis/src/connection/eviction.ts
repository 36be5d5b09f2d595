import { RedisStoreError } from '../redis-store-error.js'
import { script, type Script } from './script.js'

/** Asked by a script, so that a Cluster asks the node that keeps the key. */
const POLICY = script(`
local memory = redis.call('INFO', 'memory')
return { memory:match('maxmemory:(%d+)') or '0', memory:match('maxmemory_policy:([%w-]+)') or 'noeviction' }
`)

/**
 * A Redis that throws entries away when its memory is full forgets what was used and what was called back, and nobody
 * would notice.
 *
 * @throws RedisStoreError `evicts`
 */
export async function assertNoEviction(ask: (question: Script) => Promise<unknown>): Promise<void> {
  const [most, policy] = (await ask(POLICY)) as readonly string[]
  if (most !== '0' && policy !== 'noeviction') throw new RedisStoreError('evicts')
}
