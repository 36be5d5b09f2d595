import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { AuthError, ConfigurationError } from '@portcullis/core'
import { AUTHENTICATORS, type Authenticators } from './authenticators.js'
import { forgetCaller, keepCaller } from './decisions.js'
import { platformRequest } from './platform-request.js'
import { exceptionOf, setRefusalHeaders } from './refusal.js'
import { readRouteAccess, type RouteAccess } from './route-access.js'

/** Stands before every handler of the application, and lets nobody pass unless the handler says otherwise. */
@Injectable()
export class PortcullisGuard implements CanActivate {
  readonly #authenticators: Authenticators
  readonly #adapters: HttpAdapterHost
  readonly #routes = new WeakMap<object, WeakMap<object, RouteAccess>>()

  constructor(
    @Inject(AUTHENTICATORS) authenticators: Authenticators,
    @Inject(HttpAdapterHost) adapters: HttpAdapterHost,
  ) {
    this.#authenticators = authenticators
    this.#adapters = adapters
  }

  /**
   * @throws HttpException with the AuthError as its cause, when the request is refused
   * @throws ConfigurationError in contexts other than HTTP, unless the handler is public
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.#accessOf(context.getClass(), context.getHandler())
    if (context.getType() !== 'http') return letPublicPass(access, context.getType())
    const request = context.switchToHttp().getRequest<object>()
    forgetCaller(request)
    if (access.token === 'public') return true
    try {
      await this.#admit(request, access)
      return true
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      setRefusalHeaders(this.#adapters.httpAdapter, context.switchToHttp().getResponse(), error)
      throw exceptionOf(error)
    }
  }

  async #admit(request: object, access: RouteAccess): Promise<void> {
    const { optional, required } = this.#authenticators
    const authenticate = access.token === 'optional' ? optional : required
    const auth = await authenticate(platformRequest(this.#adapters.httpAdapter.getType(), request))
    access.authorize?.(auth)
    keepCaller(request, auth)
  }

  /** One controller may inherit a handler of another, so that both together are the key. */
  #accessOf(controller: object, handler: object): RouteAccess {
    const handlers = this.#routes.get(controller) ?? new WeakMap<object, RouteAccess>()
    this.#routes.set(controller, handlers)
    const access = handlers.get(handler) ?? readRouteAccess(controller, handler)
    handlers.set(handler, access)
    return access
  }
}

function letPublicPass({ token }: RouteAccess, context: string): true {
  if (token === 'public') return true
  throw new ConfigurationError(
    'PortcullisModule',
    `guards HTTP requests and lets no '${context}' handler pass: mark it @Public() and check its token by createVerifier(...)`,
  )
}
