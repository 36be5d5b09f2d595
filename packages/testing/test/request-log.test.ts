import { createRequestLog } from '../src/server/request-log.js'

it('keeps the last thousand requests and counts all', () => {
  const log = createRequestLog()
  for (let number = 0; number < 1500; number++) {
    log.record({ method: 'GET', path: `/${number}`, document: undefined, headers: {} })
  }
  expect(log.count()).toBe(1500)
  expect(log.count('/7')).toBe(1)
  expect(log.requests).toHaveLength(1000)
  expect([log.requests[0]!.path, log.requests.at(-1)!.path]).toEqual(['/500', '/1499'])
})

it('wakes who waits for a number of requests, of a kind', async () => {
  const log = createRequestLog()
  const woken: string[] = []
  const three = log.waitFor(3).then(() => woken.push('three'))
  const keys = log.waitFor(1, 'jwks').then(() => woken.push('keys'))
  const request = { method: 'GET', path: '/x', document: undefined, headers: {} }
  log.record(request)
  log.record(request)
  await Promise.resolve()
  expect(woken).toEqual([])
  log.record({ ...request, document: 'jwks' })
  await Promise.all([three, keys])
  await log.waitFor(2)
})
