import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { ConfigurationError } from '@portcullis/core'
import { callerOf, isDecided } from './decisions.js'

/**
 * Gives a handler the `Auth` of its request; undefined for anonymous requests, which only `@OptionalAuthentication()`
 * lets pass.
 *
 * @throws ConfigurationError when the guard has authenticated nobody: on a `@Public()` route, or where Nest skipped
 * the guard
 */
export const CurrentAuth: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext) => {
    const request: unknown = context.switchToHttp().getRequest()
    if (isDecided(request)) return callerOf(request)
    throw new ConfigurationError(
      '@CurrentAuth()',
      'has nobody to give, since no guard has authenticated this request: import PortcullisModule.forRoot(...) in the ' +
        'root module, connect microservices with { inheritAppConfig: true }, and use @OptionalAuthentication() instead ' +
        'of @Public() where a token may be absent',
    )
  },
)
