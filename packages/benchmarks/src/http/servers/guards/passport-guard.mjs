import { Injectable } from '@nestjs/common'
import { AuthGuard, PassportStrategy } from '@nestjs/passport'
import passportJwt from 'passport-jwt'
import { forJsonwebtoken } from '../material.mjs'

const { ExtractJwt, Strategy } = passportJwt

/** @nestjs/passport with passport-jwt, as Nest's recipe on Passport has it. */
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
