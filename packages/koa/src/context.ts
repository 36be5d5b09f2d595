import type { IncomingMessage } from 'node:http'
import type { Auth, Claims } from '@portcullis/core'

/** What `authenticate` keeps in `ctx.state`, for `new Koa<AuthState>()` and `new Router<AuthState>()`. */
export interface AuthState<C = Claims> {
  /** Who sends the request: set by `authenticate` alone, undefined for an anonymous request. */
  auth?: Auth<C> | undefined
}

/** What is used of the context of Koa 2 and 3, so that the types of either will do. */
export interface KoaContext<State = object> {
  readonly req: IncomingMessage
  readonly protocol: string
  readonly host: string
  readonly originalUrl: string
  readonly state: State
}
export type Middleware<Context> = (context: Context, next: () => Promise<unknown>) => Promise<void>
