import {
  Controller,
  Module,
  Param,
  All,
  Req,
  Res,
  type INestApplication,
  type NestApplicationOptions,
} from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { createDownloadHandler, createUploadHandler } from '@portcullis/files'
import type { Auth } from '@portcullis/core'
import { CurrentAuth, PortcullisModule, Public, type PortcullisOptions } from '@portcullis/nest'
import express from 'express'
import express4 from 'express4'
import Koa from 'koa'
import Koa2 from 'koa2'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'

/** What a service is made of: `/upload` and `/files/:id` for users, `/shared` for whoever has a grant. */
export interface ServiceParts {
  readonly upload: ReturnType<typeof createUploadHandler>
  readonly download: ReturnType<typeof createDownloadHandler>
  readonly authOf: (request: IncomingMessage) => Promise<Auth | undefined>
  readonly tokens: PortcullisOptions
}

export interface FileService {
  readonly origin: string
  close(): Promise<void>
}

/** The same service in each framework, as its users would write it. */
export const FRAMEWORKS: Readonly<Record<string, (parts: ServiceParts) => Promise<FileService>>> = {
  'node:http': (parts) =>
    serve((request, response) => {
      void answer(parts, request, response)
    }),
  'Express 5': ({ upload, download, authOf }) => {
    const app = express()
    app.all('/upload', async (request, response) => {
      await upload(request, response, { auth: await authOf(request) })
    })
    app.all('/files/:id', async (request, response) => {
      await download(request, response, { auth: await authOf(request), id: request.params.id })
    })
    app.all('/shared', (request, response) => download(request, response))
    return serve(app)
  },
  'Express 4': ({ upload, download, authOf }) => {
    const app = express4()
    app.all('/upload', (request, response) => {
      void authOf(request).then((auth) => upload(request, response, { auth }))
    })
    app.all('/files/:id', (request, response) => {
      void authOf(request).then((auth) => download(request, response, { auth, id: request.params.id }))
    })
    app.all('/shared', (request, response) => void download(request, response))
    return serve(app)
  },
  'Koa 3': (parts) => {
    const app = new Koa()
    app.silent = true
    app.use((context) => {
      context.respond = false
      return answer(parts, context.req, context.res)
    })
    return serve((request, response) => void app.callback()(request, response))
  },
  'Koa 2': (parts) => {
    const app = new Koa2()
    app.silent = true
    app.use((context) => {
      context.respond = false
      return answer(parts, context.req, context.res)
    })
    return serve((request, response) => void app.callback()(request, response))
  },
  'Nest on Express': (parts) =>
    serveNest(parts, new ExpressAdapter(), (request, response) => [
      request as IncomingMessage,
      response as ServerResponse,
    ]),
  'Nest on Fastify': (parts) => {
    const adapter = new FastifyAdapter()
    const fastify = adapter.getInstance()
    fastify.removeAllContentTypeParsers()
    fastify.addContentTypeParser('*', (_request, _body, done) => {
      done(null)
    })
    return serveNest(parts, adapter, (request, reply) => {
      const { raw } = request as FastifysOwn<IncomingMessage>
      const given = reply as FastifysOwn<ServerResponse> & { hijack(): unknown }
      given.hijack()
      return [raw, given.raw]
    })
  },
}

async function answer(parts: ServiceParts, request: IncomingMessage, response: ServerResponse) {
  const [, kind, id] = (request.url ?? '').split('?', 1)[0]!.split('/')
  const auth = await parts.authOf(request)
  if (kind === 'upload') await parts.upload(request, response, { auth })
  else if (kind === 'files') await parts.download(request, response, { auth, id })
  else await parts.download(request, response)
}

async function serve(listener: RequestListener): Promise<FileService> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface FastifysOwn<T> {
  readonly raw: T
}

async function serveNest(
  { upload, download, tokens }: ServiceParts,
  adapter: AbstractHttpAdapter,
  nodes: (request: unknown, response: unknown) => readonly [IncomingMessage, ServerResponse],
): Promise<FileService> {
  @Controller()
  class FilesController {
    @All('upload')
    upload(@Req() request: unknown, @Res() response: unknown, @CurrentAuth() auth: Auth) {
      return upload(...nodes(request, response), { auth })
    }

    @All('files/:id')
    download(
      @Req() request: unknown,
      @Res() response: unknown,
      @CurrentAuth() auth: Auth,
      @Param('id') id: string,
    ) {
      return download(...nodes(request, response), { auth, id })
    }

    @Public()
    @All('shared')
    shared(@Req() request: unknown, @Res() response: unknown) {
      return download(...nodes(request, response))
    }
  }
  @Module({ imports: [PortcullisModule.forRoot(tokens)], controllers: [FilesController] })
  class FilesModule {}
  const options: Pick<NestApplicationOptions, 'logger' | 'abortOnError' | 'bodyParser'> = {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  }
  const app: INestApplication = await NestFactory.create(FilesModule, adapter, options)
  await app.listen(0, '127.0.0.1')
  return { origin: await app.getUrl(), close: () => app.close() }
}
