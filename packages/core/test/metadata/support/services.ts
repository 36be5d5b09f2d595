import 'reflect-metadata'
import Router from '@koa/router'
import { Controller, Get, Module, type NestApplicationOptions } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import * as forExpress from '@portcullis/express'
import * as forKoa from '@portcullis/koa'
import * as forNest from '@portcullis/nest'
import express from 'express'
import express4 from 'express4'
import Koa from 'koa'
import Koa2 from 'koa2'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a service is told. It serves `/orders-api/orders`, to whoever has a token for its own address. */
export interface ServiceOptions {
  readonly issuer: string
  /** Its address as clients know it, path included; `aud` of its tokens. */
  readonly resource: string
}

export const PATH = '/orders-api'

const described = ({ issuer, resource }: ServiceOptions) =>
  ({ resource, authorizationServers: [issuer], scopes: ['orders:read'], name: 'Orders' }) as const

const onExpress =
  (framework: typeof express) =>
  (options: ServiceOptions): RequestListener => {
    const metadata = forExpress.protectedResourceMetadata(described(options))
    const app = framework()
    app.use(metadata.serve)
    app.use(
      forExpress.authenticate({
        issuer: options.issuer,
        audience: options.resource,
        resourceMetadata: metadata.url,
      }),
    )
    app.get(`${PATH}/orders`, forExpress.authorize(forExpress.hasScope('orders:read')), (req, res) => {
      res.json(req.auth?.claims.client_id)
    })
    return app
  }

const onKoa =
  (Framework: typeof Koa) =>
  (options: ServiceOptions): RequestListener => {
    const metadata = forKoa.protectedResourceMetadata(described(options))
    const app = new Framework<forKoa.AuthState>()
    const open = new Router().get(metadata.path, (ctx) => {
      ctx.set({ ...metadata.headers })
      ctx.body = metadata.body
    })
    const orders = new Router<forKoa.AuthState>().get(
      `${PATH}/orders`,
      forKoa.authorize(forKoa.hasScope('orders:read')),
      (ctx) => {
        ctx.body = JSON.stringify(forKoa.currentAuth(ctx).claims.client_id)
      },
    )
    app.use(open.routes())
    app.use(
      forKoa.authenticate({
        issuer: options.issuer,
        audience: options.resource,
        resourceMetadata: metadata.url,
      }),
    )
    app.use(orders.routes())
    const listener = app.callback()
    return (request, response) => void listener(request, response)
  }

@Controller()
class OrdersController {
  @forNest.Authorize(forNest.hasScope('orders:read'))
  @Get(`${PATH}/orders`)
  list(@forNest.CurrentAuth() auth: forNest.Auth) {
    return JSON.stringify(auth.claims.client_id)
  }
}

const onNest =
  (platform: 'express' | 'fastify') =>
  async (options: ServiceOptions): Promise<RequestListener> => {
    const metadata = forNest.protectedResourceMetadata(described(options))
    @Module({
      imports: [
        forNest.PortcullisModule.forRoot({
          issuer: options.issuer,
          audience: options.resource,
          resourceMetadata: metadata.url,
        }),
      ],
      controllers: [OrdersController],
    })
    class AppModule {}

    const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter()
    const silent: Pick<NestApplicationOptions, 'logger' | 'abortOnError'> = {
      logger: false,
      abortOnError: false,
    }
    const app = await NestFactory.create(AppModule, adapter, silent)
    app.use(metadata.serve)
    await app.init()
    const instance: unknown = app.getHttpAdapter().getInstance()
    if (platform === 'express') return instance as RequestListener
    const fastify = instance as { ready(): Promise<void>; routing: RequestListener }
    await fastify.ready()
    return (request, response) => {
      fastify.routing(request, response)
    }
  }

export const SERVICES = [
  ['Express 5', onExpress(express)],
  ['Express 4', onExpress(express4 as unknown as typeof express)],
  ['Koa 3', onKoa(Koa)],
  ['Koa 2', onKoa(Koa2 as unknown as typeof Koa)],
  ['Nest on Express', onNest('express')],
  ['Nest on Fastify', onNest('fastify')],
] as const

export interface Listening {
  readonly url: string
  close(): void
}

/** Listens on loopback; the listener may need to know its address. */
export async function listen(
  create: (url: string) => RequestListener | Promise<RequestListener>,
): Promise<Listening> {
  let listener: RequestListener = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(503).end()
  }
  const server = createServer((request, response) => {
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  listener = await create(url)
  return {
    url,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
