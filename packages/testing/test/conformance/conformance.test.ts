import { createConformance, runCase, type ServiceName } from '@portcullis/testing/conformance'
import { listen, referenceService } from './reference-service.js'

const { services, cases } = createConformance()
const servers = new Map<ServiceName, Awaited<ReturnType<typeof listen>>>()

beforeAll(async () => {
  for (const service of services) servers.set(service.name, await listen(referenceService(service)))
})

afterAll(async () => {
  for (const server of servers.values()) await server.close()
})

test('every case has a name of its own', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
})

test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const result = await runCase(one, servers.get(one.service)!.url)
  expect(result.differences).toEqual([])
})
