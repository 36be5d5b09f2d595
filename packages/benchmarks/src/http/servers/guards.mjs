import { Injectable, UnauthorizedException } from '@nestjs/common'
import { JwtService } from '@nestjs/jwt'
import { AuthGuard, PassportStrategy } from '@nestjs/passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { forJsonwebtoken } from './material.mjs'

// What the manuals of Nest and of @fastify/jwt have their users write; it counts as the library's own.

/** @nestjs/jwt in a guard, as in the chapter on authentication. */
export class JwtGuard {
  #jwt

  constructor(jwt) {
    this.#jwt = jwt
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest()
    const [type, token] = request.headers.authorization?.split(' ') ?? []
    if (type !== 'Bearer' || token === undefined) throw new UnauthorizedException()
    try {
      request.user = await this.#jwt.verifyAsync(token)
    } catch {
      throw new UnauthorizedException()
    }
    return true
  }
}
Injectable()(JwtGuard)
Reflect.defineMetadata('design:paramtypes', [JwtService], JwtGuard)

/** @nestjs/passport with passport-jwt, as in the recipe on Passport. */
export function passportStrategy(material) {
  class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({
        ...forJsonwebtoken(material),
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: material.key,
      })
    }

    validate(claims) {
      return { subject: claims.sub }
    }
  }
  Injectable()(JwtStrategy)
  return JwtStrategy
}

export const PassportGuard = AuthGuard('jwt')

/** @fastify/jwt has put `jwtVerify` on the request. */
export class FastifyJwtGuard {
  async canActivate(context) {
    try {
      await context.switchToHttp().getRequest().jwtVerify()
    } catch {
      throw new UnauthorizedException()
    }
    return true
  }
}
Injectable()(FastifyJwtGuard)
