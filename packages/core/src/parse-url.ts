/**
 * The absolute URL that a text is, by itself or below a base, or undefined.
 *
 * Not `URL.canParse`: in Node 20 it says no to texts with letters such as ü as soon as its caller has been compiled.
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
