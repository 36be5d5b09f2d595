import {
  allowInsecureRequests,
  clockSkew,
  customFetch,
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
  type ClientAuth,
} from 'oauth4webapi'
import { ClientError } from '../client-error.js'
import type { Prover } from '../proofs/prover.js'
import type { Answer, Exchange } from './exchange.js'
import type { Metadata } from './metadata.js'
import { readTokenResponse, type TokenResponse } from './token-response.js'

export interface TokenRequestParts {
  readonly metadata: Metadata
  readonly clientId: string
  readonly authenticate: ClientAuth
  readonly exchange: Exchange
  readonly clock: () => number
  readonly prover: Prover | undefined
}

/** Asks the token endpoint; rejects with ClientError. */
export type TokenRequest = (
  grantType: string,
  parameters: URLSearchParams,
  scope: readonly string[] | undefined,
) => Promise<TokenResponse>

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** RFC 6749 section 5.2, RFC 8693, RFC 8707, RFC 9449: what is not among them is not repeated. */
const REGISTERED: readonly unknown[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'access_denied',
]
/** Refusals that are outages. */
const UNAVAILABLE: readonly unknown[] = ['temporarily_unavailable', 'server_error']

/** Makes the request for a token (RFC 6749), with a proof where the token is to be bound, and once more for a nonce. */
export function createTokenRequest(parts: TokenRequestParts): TokenRequest {
  const { prover } = parts

  const ask = async (grantType: string, parameters: URLSearchParams): Promise<Answer> => {
    const server = await parts.metadata()
    const endpoint = server.token_endpoint ?? ''
    const client = { client_id: parts.clientId, [clockSkew]: Math.round(parts.clock() - Date.now() / 1000) }
    let answer: Answer | undefined
    await genericTokenEndpointRequest(server, client, parts.authenticate, grantType, parameters, {
      [allowInsecureRequests]: true,
      ...(prover === undefined ? {} : { DPoP: await prover.handle() }),
      [customFetch]: async (url, { method, headers, body }) => {
        answer = await parts.exchange(url, { method, headers, body })
        return new Response(null, { status: answer.status })
      },
    })
    if (answer === undefined) throw new ClientError('token_endpoint_unavailable')
    prover?.learnNonce(endpoint, answer.headers)
    return answer
  }

  return async (grantType, parameters, scope) => {
    let answer = await ask(grantType, parameters)
    if (prover !== undefined && answer.body?.error === 'use_dpop_nonce' && answer.status !== 200) {
      answer = await ask(grantType, parameters)
    }
    const { status, body } = answer
    if (status !== 200 || body === undefined) throw refusalOf(answer)
    const response = readTokenResponse(body, {
      tokenType: prover === undefined ? 'Bearer' : 'DPoP',
      scope,
      isExchange: grantType === TOKEN_EXCHANGE,
    })
    await requireConform(parts, body)
    return response
  }
}

/** What the library asks of an answer holds beside what is asked here; its errors quote the answer and stay behind. */
async function requireConform(
  { clientId }: TokenRequestParts,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  // An id token is for whoever signed in; nobody looks at it here.
  const response = new Response(JSON.stringify({ ...body, id_token: undefined }), {
    headers: { 'content-type': 'application/json' },
  })
  try {
    await processGenericTokenEndpointResponse({ issuer: 'checked' }, { client_id: clientId }, response)
  } catch {
    throw new ClientError('token_response_invalid')
  }
}

function refusalOf({ status, body }: Answer): ClientError {
  const error = body?.error
  if (typeof error !== 'string' || UNAVAILABLE.includes(error)) {
    return new ClientError('token_endpoint_unavailable', { detail: `it answered with status ${status}` })
  }
  const oauthError = REGISTERED.includes(error) ? error : undefined
  return new ClientError('token_refused', {
    detail: oauthError ?? 'with an error that is not registered',
    oauthError,
  })
}
