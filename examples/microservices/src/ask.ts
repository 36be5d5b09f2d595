/** A request, as far as it matters here. */
export interface Asked {
  readonly method?: string
  readonly token?: string | undefined
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  /** The JSON of the body; an empty object where there is none. */
  readonly body: Readonly<Record<string, unknown>>
}

export async function ask(url: string, { method = 'GET', token, json, form }: Asked = {}): Promise<Answer> {
  const body = json === undefined ? form && new URLSearchParams(form) : JSON.stringify(json)
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(10_000),
  })
  const text = await response.text()
  return { status: response.status, body: parse(text) }
}

function parse(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body']
  } catch {
    return {}
  }
}

/** Status and code, as in `401 token_expired`. */
export function inShort({ status, body }: Answer): string {
  const code = body.code ?? body.error
  return typeof code === 'string' ? `${status} ${code}` : String(status)
}
