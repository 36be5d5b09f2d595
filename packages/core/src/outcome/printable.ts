const LONGEST = 64

/** Text that a peer chose, made safe for a log: printable ASCII, everything else escaped, at most 64 characters. */
export function printable(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text
  return cut.replace(/[^\x20-\x7e]|[\\"`$]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${code}`
  })
}
