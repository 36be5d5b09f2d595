import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { throwError } from 'rxjs'
import { RefusalException, refusalIn, setRefusalHeaders } from './refusal.js'

/**
 * Answers refusals with `application/problem+json` (RFC 9457), those of the guard and AuthErrors that a handler lets
 * fall through. All other exceptions are left to other filters.
 */
@Catch(RefusalException)
export class ProblemDetailsFilter implements ExceptionFilter {
  readonly #adapters: HttpAdapterHost

  constructor(@Inject(HttpAdapterHost) adapters: HttpAdapterHost) {
    this.#adapters = adapters
  }

  catch(exception: unknown, host: ArgumentsHost): unknown {
    const error = refusalIn(exception)
    // Elsewhere nothing may be thrown from a filter; what it returns is what Nest sends.
    if (host.getType() === 'rpc') return throwError(() => exception)
    if (error === undefined || host.getType() !== 'http') return exception
    const { httpAdapter } = this.#adapters
    const response: unknown = host.switchToHttp().getResponse()
    if (httpAdapter.isHeadersSent(response)) return httpAdapter.end(response)
    setRefusalHeaders(httpAdapter, response, error)
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json')
    // As text: of an object the Express adapter of Nest 11 would say that it is application/json.
    return httpAdapter.reply(response, JSON.stringify(error), error.status)
  }
}
