/** Values of one name that are returned at most. */
const MOST = 8

/**
 * Returns every value of a cookie, undecoded, in the order of the request. Parsers that return one value of each name
 * hide the second one, which a sibling host may have planted.
 *
 * Only spaces and tabs around a name are ignored (RFC 6265 section 5.2): with any other white space removed, a cookie
 * that a sibling host may set would be read as one with the prefix `__Host-`.
 *
 * @param headers the values of the `Cookie` header, one for each header line
 * @returns at most 8 values
 */
export function cookieValues(headers: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (const header of headers) {
    for (const pair of header.split(';')) {
      const equals = pair.indexOf('=')
      if (equals < 0 || trim(pair.slice(0, equals)) !== name) continue
      values.push(trim(pair.slice(equals + 1)))
      if (values.length === MOST) return values
    }
  }
  return values
}

const trim = (text: string) => text.replace(/^[ \t]+|[ \t]+$/g, '')
