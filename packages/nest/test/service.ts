import { NestFactory } from '@nestjs/core'
import type { INestApplication, Type, DynamicModule } from '@nestjs/common'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'

export const PLATFORMS = ['express', 'fastify'] as const
export type Platform = (typeof PLATFORMS)[number]

const ADAPTERS = {
  express: (behindProxy: boolean) => {
    const adapter = new ExpressAdapter()
    adapter.set('trust proxy', behindProxy)
    return adapter
  },
  fastify: (behindProxy: boolean) => new FastifyAdapter({ trustProxy: behindProxy }),
}

/** An application that throws what goes wrong while it starts, instead of ending the process. */
export function createApp(
  platform: Platform,
  module: Type | DynamicModule,
  behindProxy = false,
): Promise<INestApplication> {
  return NestFactory.create(module, ADAPTERS[platform](behindProxy), { logger: ['error'], abortOnError: false })
}

/** Serves on a free port of loopback. */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1')
  return app.getUrl()
}

/** Serves for the tests of a block. */
export function served(start: () => Promise<INestApplication>): { readonly url: string } {
  let app: INestApplication
  let url: string
  beforeAll(async () => {
    app = await start()
    url = await listen(app)
  })
  afterAll(() => app.close())
  return {
    get url() {
      return url
    },
  }
}
