import type { Readable } from 'node:stream'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import type {
  DynamicModule,
  INestApplication,
  LoggerService,
  NestApplicationOptions,
  Type,
} from '@nestjs/common'
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

interface Setup {
  readonly behindProxy?: boolean
  readonly logger?: LoggerService
}

/** An application that throws what goes wrong while it starts, instead of ending the process. */
export function createApp(
  platform: Platform | AbstractHttpAdapter,
  module: Type | DynamicModule,
  { behindProxy = false, logger }: Setup = {},
): Promise<INestApplication> {
  const adapter = typeof platform === 'string' ? ADAPTERS[platform](behindProxy) : platform
  const options: Pick<NestApplicationOptions, 'logger' | 'abortOnError'> = {
    logger: logger ?? false,
    abortOnError: false,
  }
  return NestFactory.create(module, adapter, options)
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

/** Runs before every guard, for every request. The platforms have hooks of their own, and Nest none for both. */
export function beforeEachRequest(
  app: INestApplication,
  platform: Platform,
  change: (request: object) => void,
): void {
  if (platform === 'fastify') {
    fastifyOf(app).addHook('onRequest', (request, _reply, done) => {
      change(request)
      done()
    })
    return
  }
  app.use((request: object, _response: unknown, next: Done) => {
    change(request)
    next()
  })
}

/** Fastify refuses bodies of unknown types with 415 before any guard runs, unless somebody reads them. */
export function readAnyBody(app: INestApplication): void {
  fastifyOf(app).addContentTypeParser('*', (_request, body, done) => {
    body.resume().on('end', done)
  })
}

type Done = () => void

interface Fastify {
  addHook(name: 'onRequest', hook: (request: object, reply: unknown, done: Done) => void): void
  addContentTypeParser(type: '*', parser: (request: object, body: Readable, done: Done) => void): void
}

function fastifyOf(app: INestApplication): Fastify {
  return app.getHttpAdapter().getInstance() as Fastify
}
