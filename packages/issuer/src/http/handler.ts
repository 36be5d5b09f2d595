/** What is known of a request beside itself. */
export interface RequestContext {
  /** The address that the request came from, by which failed attempts are counted. */
  readonly address?: string | undefined
}

/** A web-standard handler. */
export type Handler = (request: Request, context?: RequestContext) => Promise<Response>
