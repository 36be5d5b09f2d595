/**
 * A slow and plain JSON parser by the grammar of RFC 8259, written to be read beside it: the oracle for the fast one.
 * It refuses what the library promises to refuse, each where it is met.
 */
export function parseReference(octets: Buffer): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
  } catch {
    return undefined
  }
  let at = 0
  class NotJson extends Error {}

  const fail = (): never => {
    throw new NotJson()
  }
  const peek = () => text.charAt(at)
  const take = (expected: string) => (text.startsWith(expected, at) ? void (at += expected.length) : fail())
  const skipSpace = () => {
    while (' \t\n\r'.includes(peek()) && peek() !== '') at++
  }

  function readValue(depth: number): unknown {
    skipSpace()
    const value = readBare(depth)
    skipSpace()
    return value
  }

  function readBare(depth: number): unknown {
    switch (peek()) {
      case '{':
        return readObject(depth + 1)
      case '[':
        return readList(depth + 1)
      case '"':
        return readString()
      case 't':
        take('true')
        return true
      case 'f':
        take('false')
        return false
      case 'n':
        take('null')
        return null
      default:
        return readNumber()
    }
  }

  function readObject(depth: number): unknown {
    if (depth > 32) fail()
    const members = new Map<string, unknown>()
    take('{')
    skipSpace()
    if (peek() !== '}') {
      for (;;) {
        skipSpace()
        const name = readString()
        if (members.has(name) || name === '__proto__') fail()
        skipSpace()
        take(':')
        members.set(name, readValue(depth))
        if (peek() !== ',') break
        take(',')
      }
    }
    take('}')
    return Object.fromEntries(members)
  }

  function readList(depth: number): unknown {
    if (depth > 32) fail()
    const items: unknown[] = []
    take('[')
    skipSpace()
    if (peek() !== ']') {
      for (;;) {
        items.push(readValue(depth))
        if (peek() !== ',') break
        take(',')
      }
    }
    take(']')
    return items
  }

  function readString(): string {
    take('"')
    let value = ''
    while (peek() !== '"') {
      if (peek() === '' || peek() < ' ') fail()
      value += peek() === '\\' ? readEscape() : text.charAt(at++)
    }
    take('"')
    return value
  }

  function readEscape(): string {
    take('\\')
    const letter = peek()
    at++
    if (letter === 'u') {
      const digits = text.slice(at, at + 4)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) fail()
      at += 4
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const plain = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
    return Object.entries(plain).find(([name]) => name === letter)?.[1] ?? fail()
  }

  function readNumber(): number {
    const written =
      /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/.exec(text.slice(at))?.[0] ?? fail()
    at += written.length
    const value = Number(written)
    return Number.isFinite(value) ? value : fail()
  }

  try {
    const value = readValue(0)
    return at === text.length && typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value
      : undefined
  } catch (error) {
    if (error instanceof NotJson) return undefined
    throw error
  }
}
