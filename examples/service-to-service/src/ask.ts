/** What was answered: `200`, or the status of a refusal and its code, `401 audience_mismatch`. */
export type Answer = string

/** Sends a request with a token as it is, for those who try what they should not. */
export async function ask(method: string, url: string, token?: string): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(url, { method, headers })
  const { code } = (await response.json()) as { readonly code?: string }
  return [response.status, code].filter((part) => part !== undefined).join(' ')
}

export interface TokenAnswer {
  /** `200`, or the status of a refusal and its error, `400 invalid_scope`. */
  readonly answer: Answer
  /** Empty where there is none. */
  readonly token: string
  /** Seconds. */
  readonly expiresIn: number
}

const GRANTS = {
  client_credentials: 'client_credentials',
  exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const

/** Asks the token endpoint as it is (RFC 6749 section 4.4, RFC 8693); services leave that to @portcullis/client. */
export async function askForToken(
  issuer: string,
  {
    grant = 'client_credentials',
    ...parameters
  }: Readonly<Record<string, string>> & {
    readonly grant?: keyof typeof GRANTS
  },
  headers: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const subjectType = { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' }
  const body = new URLSearchParams({
    grant_type: GRANTS[grant],
    ...(grant === 'exchange' ? subjectType : {}),
    ...parameters,
  })
  const response = await fetch(`${issuer}/token`, { method: 'POST', body, headers })
  const { error, access_token, expires_in } = (await response.json()) as {
    readonly error?: string
    readonly access_token?: string
    readonly expires_in?: number
  }
  return {
    answer: [response.status, error].filter((part) => part !== undefined).join(' '),
    token: access_token ?? '',
    expiresIn: expires_in ?? 0,
  }
}
