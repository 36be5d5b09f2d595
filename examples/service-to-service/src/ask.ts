/** What was answered: `200`, or the status of a refusal and its code, `401 audience_mismatch`. */
export type Answer = string

const TIMEOUT_MILLISECONDS = 10_000

/** Sends a request with a token as it is, for those who try what they should not. */
export async function ask(method: string, url: string, token?: string): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
  const response = await fetch(url, { method, headers, signal })
  const { code } = (await response.json()) as { readonly code?: string }
  return describe(response, code)
}

export const describe = ({ status }: Response, code: string | undefined): Answer =>
  code === undefined ? String(status) : `${status} ${code}`
