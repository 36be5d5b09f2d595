import { describe, type Answer } from './ask.js'

export interface TokenAnswer {
  /** `200`, or the status of a refusal and its error, `400 invalid_scope`. */
  readonly answer: Answer
  /** Empty where there is none. */
  readonly token: string
  /** Seconds. */
  readonly expiresIn: number
}

type Parameters = Readonly<Record<string, string>>

const TIMEOUT_MILLISECONDS = 10_000

/** Asks for a token about a service (RFC 6749 section 4.4); services leave that to @portcullis/client. */
export const askForToken = (issuer: string, parameters: Parameters, headers: Parameters) =>
  askTokenEndpoint(issuer, { grant_type: 'client_credentials', ...parameters }, headers)

/** Asks for a token about the user of another one, `subject_token` (RFC 8693 section 2.1). */
export function askForExchange(issuer: string, parameters: Parameters, headers: Parameters) {
  const exchange = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  }
  return askTokenEndpoint(issuer, { ...exchange, ...parameters }, headers)
}

async function askTokenEndpoint(
  issuer: string,
  parameters: Parameters,
  headers: Parameters,
): Promise<TokenAnswer> {
  const body = new URLSearchParams(parameters)
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
  const response = await fetch(`${issuer}/token`, { method: 'POST', body, headers, signal })
  const answer = (await response.json()) as {
    readonly error?: string
    readonly access_token?: string
    readonly expires_in?: number
  }
  return {
    answer: describe(response, answer.error),
    token: answer.access_token ?? '',
    expiresIn: answer.expires_in ?? 0,
  }
}
