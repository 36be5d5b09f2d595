import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import type { AbstractHttpAdapter } from '@nestjs/core'
import { AuthError } from '@portcullis/core'

const EXCEPTIONS = {
  400: BadRequestException,
  401: UnauthorizedException,
  403: ForbiddenException,
  503: ServiceUnavailableException,
} as const satisfies Record<AuthError['status'], unknown>

/** Nest's own exception for a refusal, with the AuthError as its cause and its JSON as the body. */
export function exceptionOf(error: AuthError): HttpException {
  const exception = new EXCEPTIONS[error.status](error.toJSON(), { cause: error })
  exception.message = error.message
  return exception
}

/** The refusal that an exception is or stands for. */
export function refusalIn(exception: unknown): AuthError | undefined {
  if (exception instanceof AuthError) return exception
  return exception instanceof HttpException && exception.cause instanceof AuthError
    ? exception.cause
    : undefined
}

/** What `@Catch()` may name to catch refusals of any status and nothing else: Nest asks `instanceof`. */
export abstract class RefusalException {
  abstract readonly cause: AuthError

  static [Symbol.hasInstance](exception: unknown): boolean {
    return refusalIn(exception) !== undefined
  }
}

/** An exception of Nest has no headers: they go on the response before anybody answers it. */
export function setRefusalHeaders(adapter: AbstractHttpAdapter, response: unknown, error: AuthError): void {
  for (const [name, value] of Object.entries(error.headers)) adapter.setHeader(response, name, value)
}
