import { AuthError } from '@portcullis/core'
import type { Middleware } from './context.js'

interface AnsweringContext {
  readonly headerSent: boolean
  status: number
  body: unknown
  set(headers: Readonly<Record<string, string>>): unknown
  readonly app: { emit(event: 'error', error: unknown, context: unknown): unknown }
}

/** Middleware that answers an AuthError from behind it with JSON (RFC 9457) and passes on every other error. */
export function problemDetails(): Middleware<AnsweringContext> {
  return async (context, next) => {
    try {
      await next()
    } catch (error) {
      if (!(error instanceof AuthError) || context.headerSent) throw error
      context.status = error.status
      context.set({ ...error.headers, 'Content-Type': 'application/problem+json' })
      context.body = JSON.stringify(error)
      context.app.emit('error', error, context)
    }
  }
}
