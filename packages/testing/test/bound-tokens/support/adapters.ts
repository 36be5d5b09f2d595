import { Controller, Get, Module, type NestApplicationOptions } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { AuthenticatorOptions } from '@portcullis/core'
import * as ofExpress from '@portcullis/express'
import * as ofKoa from '@portcullis/koa'
import * as ofNest from '@portcullis/nest'
import express from 'express'
import Koa from 'koa'
import { createServer } from 'node:https'
import { listen, SERVER_TLS } from './tls.js'

/** A service over TLS that answers GET /orders with its caller. */
export interface Service {
  readonly url: string
  close(): unknown
}

type Start = (options: AuthenticatorOptions) => Promise<Service>

const startExpress: Start = async (options) => {
  const app = express()
  app.use(ofExpress.authenticate(options))
  app.get('/orders', (req, res) => res.json({ subject: ofExpress.currentAuth(req).subject }))
  app.use(ofExpress.problemDetails())
  const server = createServer(SERVER_TLS, app)
  return { url: await listen(server), close: () => server.close() }
}

const startKoa: Start = async (options) => {
  const app = new Koa<ofKoa.AuthState>()
  app.use(ofKoa.problemDetails())
  app.use(ofKoa.authenticate(options))
  app.use((ctx) => {
    ctx.body = { subject: ofKoa.currentAuth(ctx).subject }
  })
  const answer = app.callback()
  const server = createServer(SERVER_TLS, (request, response) => void answer(request, response))
  return { url: await listen(server), close: () => server.close() }
}

const startNest =
  (platform: 'express' | 'fastify'): Start =>
  async (options) => {
    @Controller()
    class Orders {
      @Get('orders')
      list(@ofNest.CurrentAuth() auth: ofNest.Auth) {
        return { subject: auth.subject }
      }
    }
    @Module({
      imports: [ofNest.PortcullisModule.forRoot(options)],
      controllers: [Orders],
      providers: [{ provide: APP_FILTER, useClass: ofNest.ProblemDetailsFilter }],
    })
    class AppModule {}
    const settings: Pick<NestApplicationOptions, 'httpsOptions' | 'logger'> = {
      logger: false,
      ...(platform === 'express' ? { httpsOptions: SERVER_TLS } : {}),
    }
    const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter({ https: SERVER_TLS })
    const app = await NestFactory.create(AppModule, adapter, settings)
    await app.listen(0, '127.0.0.1')
    return { url: await app.getUrl(), close: () => app.close() }
  }

export const ADAPTERS: Readonly<Record<string, Start>> = {
  'Express 5': startExpress,
  'Koa 3': startKoa,
  'Nest 12 on Express': startNest('express'),
  'Nest 12 on Fastify': startNest('fastify'),
}
