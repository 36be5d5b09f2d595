import { createConformance, runCase } from '@portcullis/testing/conformance'
import { conformanceApp } from './conformance-app.js'
import { PLATFORMS, served } from './service.js'

const { services, cases } = createConformance()

describe.each(PLATFORMS)('%s', (platform) => {
  describe.each(services)('$name', (service) => {
    const server = served(() => conformanceApp(platform, service))
    const own = cases.filter((one) => one.service === service.name)

    test.each(own.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      const { differences } = await runCase(one, server.url)
      expect(differences).toEqual([])
    })
  })
})
