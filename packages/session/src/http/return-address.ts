import { parseUrl } from '@portcullis/core/internal'
import type { SessionsSettings } from '../sessions/sessions-options.js'

const LONGEST = 2048

/** Makes the check of where a browser may be sent: an open redirect would lend our name to everybody. */
export function createReturnAddress({ publicOrigin, origins, cookies }: SessionsSettings) {
  const ours = [publicOrigin, ...origins]
  return (text: string | null | undefined): string | undefined => {
    if (text === null || text === undefined || text.length > LONGEST) return undefined
    // A scheme without slashes, for example, is read in more than one way.
    if (!text.startsWith('/') && !ours.some((origin) => text.startsWith(`${origin}/`))) return undefined
    const url = parseUrl(text, publicOrigin)
    if (url === undefined || !ours.includes(url.origin) || url.username !== '' || url.password !== '') {
      return undefined
    }
    const { path } = cookies
    const isRoute = url.pathname === path || url.pathname.startsWith(`${path}/`)
    return isRoute && url.origin === publicOrigin ? undefined : url.href
  }
}
