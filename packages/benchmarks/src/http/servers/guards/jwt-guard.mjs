import { Injectable, UnauthorizedException } from '@nestjs/common'
import { JwtService } from '@nestjs/jwt'

/** @nestjs/jwt in a guard, as Nest's chapter on authentication has it. */
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
