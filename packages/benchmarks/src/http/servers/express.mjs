import { authenticate } from '@portcullis/express'
import express from 'express'
import { expressjwt } from 'express-jwt'
import { auth } from 'express-oauth2-jwt-bearer'
import jwksRsa from 'jwks-rsa'
import passport from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { forJsonwebtoken, ONLY_PUBLIC_KEYS, ours } from './material.mjs'

export const FRAMEWORK = ['express']

const peer = (name, middleware, more = {}) => ({ packages: [name], middleware, ...more })

export const CONTENDERS = {
  bare: {},
  'bare again': {},
  portcullis: {
    packages: ['@portcullis/express'],
    remembers: true,
    middleware: (material) => authenticate(ours(material)),
  },
  'portcullis, cache off': {
    packages: ['@portcullis/express'],
    middleware: (material) => authenticate(ours(material, { cacheSize: 0 })),
  },
  'express-oauth2-jwt-bearer': peer('express-oauth2-jwt-bearer', ({ algorithm, key, jwksUri, ...rest }) =>
    auth({
      issuer: rest.issuer,
      audience: rest.audience,
      tokenSigningAlg: algorithm,
      ...(algorithm === 'HS256' ? { secret: key.export().toString('latin1') } : { jwksUri }),
    }),
  ),
  'express-jwt': peer('express-jwt', (material) =>
    expressjwt({ ...forJsonwebtoken(material), secret: material.key }),
  ),
  'express-jwt with jwks-rsa': {
    packages: ['express-jwt', 'jwks-rsa'],
    algorithms: ONLY_PUBLIC_KEYS,
    middleware: (material) =>
      expressjwt({
        ...forJsonwebtoken(material),
        secret: jwksRsa.expressJwtSecret({ jwksUri: material.jwksUri, cache: true }),
      }),
  },
  'passport-jwt': {
    packages: ['passport', 'passport-jwt'],
    middleware(material) {
      const { Passport } = passport
      const own = new Passport()
      const options = {
        ...forJsonwebtoken(material),
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: material.key,
      }
      own.use(new Strategy(options, (claims, done) => done(null, claims)))
      return own.authenticate('jwt', { session: false })
    },
  },
}

export async function start({ middleware }, material) {
  const app = express()
  const guard = middleware?.(material)
  if (guard !== undefined) app.use(guard)
  app.get('/orders', (_request, response) => {
    response.json({ orders: [] })
  })
  // Express writes a refusal to the console otherwise.
  app.use((error, _request, response, next) => {
    if (error.status === 401) response.status(401).end()
    else next(error)
  })
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server.address().port))
  })
}
