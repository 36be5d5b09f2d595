import { nodeRequest, type AuthRequest } from '@portcullis/core'
import type { IncomingMessage } from 'node:http'

/** A web-standard request, or that of node:http, Express, Koa (`ctx.req`) and Nest on Express. */
export type SessionRequest = Request | IncomingMessage

/** What core looks at. Scheme and host are those of the configuration: what the request says of them is not believed. */
export function asAuthRequest(request: SessionRequest, publicOrigin: string): AuthRequest {
  if (!isWebRequest(request)) {
    const { originalUrl, url = '/' } = request as IncomingMessage & { readonly originalUrl?: string }
    return nodeRequest(request, () => publicOrigin + (originalUrl ?? url))
  }
  return {
    method: request.method,
    get url() {
      const { pathname, search } = new URL(request.url)
      return publicOrigin + pathname + search
    },
    // Several headers of one name are one value by now, with commas: no single value is equal to that.
    header(name) {
      const value = request.headers.get(name)
      return value === null ? [] : [value]
    },
  }
}

function isWebRequest(request: SessionRequest): request is Request {
  return request.headers instanceof Headers
}
