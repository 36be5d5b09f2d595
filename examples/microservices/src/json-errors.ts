import type { ErrorRequestHandler } from 'express'

interface StatusError {
  readonly status?: number
  readonly expose?: boolean
  readonly code?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers what is not a refusal of a token with JSON as well; what went wrong inside is logged, and stays inside. */
export const jsonErrors: ErrorRequestHandler = (error: StatusError, _req, res, next) => {
  if (res.headersSent) {
    next(error)
    return
  }
  const { status = 500, expose = false, code = 'request_invalid', headers = {} } = error
  if (expose) {
    res.status(status).set(headers).json({ code })
    return
  }
  // What the libraries keep, away: it passes by itself.
  if (status === 503) {
    res.status(503).set(headers).json({ code: 'state_unavailable' })
    return
  }
  console.error(error)
  res.status(500).json({ code: 'failed' })
}
