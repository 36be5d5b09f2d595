import { authenticate } from '@portcullis/koa'
import jwksRsa from 'jwks-rsa'
import Koa from 'koa'
import koaJwt from 'koa-jwt'
import { forJsonwebtoken, ONLY_PUBLIC_KEYS, ours } from './material.mjs'

export const FRAMEWORK = ['koa']

export const CONTENDERS = {
  bare: {},
  'bare again': {},
  portcullis: {
    packages: ['@portcullis/koa'],
    remembers: true,
    middleware: (material) => authenticate(ours(material)),
  },
  'portcullis, cache off': {
    packages: ['@portcullis/koa'],
    middleware: (material) => authenticate(ours(material, { cacheSize: 0 })),
  },
  'koa-jwt': {
    packages: ['koa-jwt'],
    middleware: (material) => koaJwt({ ...forJsonwebtoken(material), secret: material.key }),
  },
  'koa-jwt with jwks-rsa': {
    packages: ['koa-jwt', 'jwks-rsa'],
    algorithms: ONLY_PUBLIC_KEYS,
    middleware: (material) =>
      koaJwt({
        ...forJsonwebtoken(material),
        secret: jwksRsa.koaJwtSecret({ jwksUri: material.jwksUri, cache: true }),
      }),
  },
}

export async function start({ middleware }, material) {
  const app = new Koa()
  app.silent = true
  const guard = middleware?.(material)
  if (guard !== undefined) app.use(guard)
  app.use((context) => {
    context.body = { orders: [] }
  })
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server.address().port))
  })
}
