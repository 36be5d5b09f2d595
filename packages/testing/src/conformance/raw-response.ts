/** An answer as it came over the wire. */
export interface RawResponse {
  readonly status: number
  /** In order, with repetitions; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** Status line, headers and body as they were sent. */
  readonly text: string
}

const END_OF_HEAD = '\r\n\r\n'

/**
 * Takes the first complete answer from what has arrived (RFC 9112), as ISO 8859-1 text.
 *
 * @param method of the request: an answer to HEAD has no body, whatever its headers say
 * @param ended whether the server has closed the connection, which may be what ends a body
 * @returns undefined while there is not enough yet
 */
export function takeResponse(
  received: string,
  method: string,
  ended: boolean,
): { readonly response: RawResponse; readonly rest: string } | undefined {
  const headLength = received.indexOf(END_OF_HEAD)
  if (headLength < 0) return undefined
  const [statusLine = '', ...lines] = received.slice(0, headLength).split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1])
  const first = (name: string) => headers.find(([candidate]) => candidate === name)?.[1]

  const start = headLength + END_OF_HEAD.length
  const content = takeBody(received.slice(start), {
    none: method === 'HEAD' || status === 204 || status === 304,
    chunked: first('transfer-encoding')?.toLowerCase() === 'chunked',
    length: first('content-length'),
    ended,
  })
  if (content === undefined) return undefined
  const end = start + content.consumed
  const body = Buffer.from(content.body, 'latin1').toString('utf8')
  return { response: { status, headers, body, text: received.slice(0, end) }, rest: received.slice(end) }
}

interface Framing {
  readonly none: boolean
  readonly chunked: boolean
  readonly length: string | undefined
  readonly ended: boolean
}

function takeBody(
  text: string,
  { none, chunked, length, ended }: Framing,
): { readonly body: string; readonly consumed: number } | undefined {
  if (none) return { body: '', consumed: 0 }
  if (chunked) return takeChunks(text)
  if (length === undefined) return ended ? { body: text, consumed: text.length } : undefined
  const octets = Number(length)
  return text.length < octets ? undefined : { body: text.slice(0, octets), consumed: octets }
}

function takeChunks(text: string): { readonly body: string; readonly consumed: number } | undefined {
  let body = ''
  let at = 0
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (text.length < next) return undefined
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    at = next
    if (size === 0) return { body, consumed: at }
  }
}
