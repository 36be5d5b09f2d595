import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth } from '@portcullis/core'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express lets its request grow here only
  namespace Express {
    interface Request {
      /** Who sends the request: set by `authenticate` alone, undefined for an anonymous request. */
      auth?: Auth | undefined
    }
  }
}

/** What is used of the request of Express 4 and 5, so that the types of either will do. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string
  readonly protocol: string
  readonly app: { get(setting: string): unknown }
  auth?: Auth | undefined
}
export type Next = (error?: unknown) => void
export type Handler = (request: ExpressRequest, response: ServerResponse, next: Next) => void
