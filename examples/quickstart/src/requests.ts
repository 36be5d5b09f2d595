import type { Answer } from './ask.js'
import type { Tokens } from './tokens.js'

/** A request that every service is sent, and the one answer that is right. */
export interface Request {
  readonly name: string
  readonly method: 'GET' | 'DELETE'
  readonly path: string
  /** The tokens that it carries, each in an Authorization header of its own. */
  readonly carries: (tokens: Tokens) => readonly string[]
  /** Seconds by which the services' clocks are ahead while it is sent. */
  readonly later?: number
  readonly expected: Answer
}

const readOrders = { method: 'GET', path: '/orders' } as const
const removeOrder = { method: 'DELETE', path: '/orders/7' } as const

const ok: Answer = { status: 200, challenge: undefined, code: undefined }
const unauthorized = (code: string, description: string): Answer => ({
  status: 401,
  challenge: `Bearer error="invalid_token", error_description="${description}"`,
  code,
})
const forbidden = (code: string, description: string, scope = ''): Answer => ({
  status: 403,
  challenge: `Bearer error="insufficient_scope", error_description="${description}"${scope}`,
  code,
})

export const REQUESTS: readonly Request[] = [
  { name: 'public route', method: 'GET', path: '/health', carries: () => [], expected: ok },
  {
    ...readOrders,
    name: 'no token',
    carries: () => [],
    expected: { status: 401, challenge: 'Bearer', code: 'credentials_missing' },
  },
  { ...readOrders, name: 'valid token', carries: ({ reader }) => [reader], expected: ok },
  {
    ...readOrders,
    name: 'expired token',
    carries: ({ reader }) => [reader],
    later: 3600,
    expected: unauthorized('token_expired', 'The access token has expired'),
  },
  {
    ...readOrders,
    name: 'other audience',
    carries: ({ forBilling }) => [forBilling],
    expected: unauthorized('audience_mismatch', 'The access token is for another audience'),
  },
  {
    ...removeOrder,
    name: 'tampered token',
    carries: ({ tampered }) => [tampered],
    expected: unauthorized('token_invalid', 'The access token is invalid'),
  },
  {
    ...readOrders,
    name: 'other signer',
    carries: ({ fromImpostor }) => [fromImpostor],
    expected: unauthorized('token_invalid', 'The access token is invalid'),
  },
  {
    ...readOrders,
    name: 'missing scope',
    carries: ({ guest }) => [guest],
    expected: forbidden(
      'scope_insufficient',
      'The access token lacks a required scope',
      ', scope="orders:read"',
    ),
  },
  {
    ...removeOrder,
    name: 'missing role',
    carries: ({ reader }) => [reader],
    expected: forbidden('role_insufficient', 'A required role is missing'),
  },
  { ...removeOrder, name: 'right role', carries: ({ admin }) => [admin], expected: ok },
  {
    ...readOrders,
    name: 'two tokens',
    carries: ({ reader, admin }) => [reader, admin],
    expected: {
      status: 400,
      challenge:
        'Bearer error="invalid_request", error_description="The request has more than one access token"',
      code: 'credentials_multiple',
    },
  },
]
