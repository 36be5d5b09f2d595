import { Injectable, UnauthorizedException } from '@nestjs/common'

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
