interface Call {
  readonly headers?: object
  readonly method?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
}

/** Signs a person in, and answers with a function that calls the service as that person. */
export async function signIn(origin: string, user: string, password: string) {
  const response = await fetch(`${origin}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  })
  const { token } = (await response.json()) as { token: string }
  return (path: string, { headers = {}, ...options }: Call = {}) =>
    fetch(origin + path, { ...options, headers: { authorization: `Bearer ${token}`, ...headers } })
}

/** The status of an answer, and the code of a refusal. */
export async function said(response: Response): Promise<string> {
  if (response.ok) return String(response.status)
  const { code } = (await response.json()) as { code: string }
  return `${response.status} ${code}`
}

export async function same(response: Response, bytes: Buffer): Promise<string> {
  const isSame = response.ok && Buffer.from(await response.arrayBuffer()).equals(bytes)
  return isSame ? 'the same bytes' : 'something else'
}
