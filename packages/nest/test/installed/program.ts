import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import {
  Controller,
  Delete,
  Get,
  Module,
  type INestApplication,
  type NestApplicationOptions,
} from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import {
  Authorize,
  CurrentAuth,
  hasRole,
  PortcullisModule,
  ProblemDetailsFilter,
  Public,
  secret,
  type Auth,
} from '@portcullis/nest'
import jsonwebtoken from 'jsonwebtoken'

// A service as its users run it, without a test runner: prints the statuses it answers with, and ends by itself.

const key = randomBytes(32)
const issuer = 'https://id.example.com'
const audience = 'orders-api'

@Controller('orders')
class OrdersController {
  @Public()
  @Get('health')
  health() {
    return { healthy: true }
  }

  @Get()
  list(@CurrentAuth() auth: Auth) {
    return { for: auth.subject }
  }

  @Authorize(hasRole('admin'))
  @Delete()
  remove() {
    return { removed: true }
  }
}

@Module({
  imports: [PortcullisModule.forRoot({ issuer, audience, keys: secret(key, 'HS256') })],
  controllers: [OrdersController],
  providers: [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }],
})
class AppModule {}

function tokenOf(signer: Uint8Array, claims: object = {}): string {
  const options = { issuer, audience, expiresIn: 60 }
  return jsonwebtoken.sign({ sub: 'alice', ...claims }, Buffer.from(signer), options)
}

const REQUESTS: readonly (readonly [method: string, path: string, token?: string])[] = [
  ['GET', '/orders/health'],
  ['GET', '/orders'],
  ['GET', '/orders', 'garbage'],
  ['GET', '/orders', tokenOf(randomBytes(32))],
  ['GET', '/orders', tokenOf(key)],
  ['DELETE', '/orders', tokenOf(key)],
  ['DELETE', '/orders', tokenOf(key, { roles: ['admin'] })],
]

async function answers(app: INestApplication): Promise<readonly string[]> {
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  const seen: string[] = []
  for (const [method, path, token] of REQUESTS) {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(url + path, { method, headers })
    seen.push(`${response.status} ${await response.text()}`)
  }
  await app.close()
  return seen
}

const options: Pick<NestApplicationOptions, 'logger'> = { logger: ['error'] }
for (const adapter of [new ExpressAdapter(), new FastifyAdapter()]) {
  const app = await NestFactory.create(AppModule, adapter, options)
  console.log(JSON.stringify(await answers(app)))
}
