/** Where to renew, and whom to tell. */
export interface SessionFetchOptions {
  /** The refresh route, such as `/session` or `https://id.example.com/session`. */
  readonly refreshUrl: string
  /** Called when the session has ended: show where people sign in. */
  readonly onEnded?: () => void
  /** Called after each renewal, with the seconds that the new access token lives. */
  readonly onRenewed?: (expiresIn: number) => void
}

/** Sends requests, and renews the session where it must. */
export interface SessionFetch {
  /**
   * As `fetch`, with cookies. A request that is answered 401 was not carried out: the session is renewed, once for all
   * requests that wait, and the request is sent again, once.
   */
  fetch(input: string, init?: RequestInit): Promise<Response>
  /** Renews now, for a page that does not want to wait for a refusal; false where the session has ended. */
  renew(): Promise<boolean>
}

/** For pages: no request is lost when the access token expires while a page is open. */
export function createSessionFetch({ refreshUrl, onEnded, onRenewed }: SessionFetchOptions): SessionFetch {
  let renewing: Promise<boolean> | undefined

  const renewNow = async (): Promise<boolean> => {
    const answer = await fetch(refreshUrl, { method: 'POST', credentials: 'include' })
    if (answer.ok) {
      const { expiresIn } = (await answer.json()) as { readonly expiresIn: number }
      onRenewed?.(expiresIn)
      return true
    }
    // Anything else says that nothing can be said now: the session may well live.
    if (answer.status !== 401) throw new Error(`The session could not be renewed: ${answer.status}`)
    onEnded?.()
    return false
  }
  const renew = () =>
    (renewing ??= renewNow().finally(() => {
      renewing = undefined
    }))

  return {
    renew,
    async fetch(input, init) {
      const send = () => fetch(input, { credentials: 'include', ...init })
      const first = await send()
      return first.status === 401 && (await renew()) ? send() : first
    },
  }
}
