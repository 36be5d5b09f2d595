import type { AuthRequest } from '@portcullis/core'

/** More of one name are of no use to anybody. */
const MOST = 8

/**
 * Every value of a cookie, as it is. A library that parses cookies keeps one value of each name, and so hides the
 * second one, which a sibling host may have planted.
 */
export function cookieValues(request: AuthRequest, name: string): readonly string[] {
  return request
    .header('cookie')
    .flatMap((header) => header.split(';'))
    .filter((pair) => pair.slice(0, Math.max(pair.indexOf('='), 0)).trim() === name)
    .map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
    .slice(0, MOST)
}
