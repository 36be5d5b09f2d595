export type Row = readonly string[]

const GAP = '  '
const NARROWEST = 40
const PARAMETER_END = /(?<=",) /

/** Lines up columns. The last one is broken after each parameter, and where else it must be to fit the terminal. */
export function table(head: Row, rows: readonly Row[], width = process.stdout.columns || 160): string[] {
  const last = head.length - 1
  const widths = head
    .slice(0, last)
    .map((_, at) => Math.max(...[head, ...rows].map((row) => (row[at] ?? '').length)))
  const taken = widths.reduce((sum, one) => sum + one + GAP.length, 0)
  const room = Math.max(NARROWEST, width - taken)

  return [head, ...rows].flatMap((row) =>
    (row[last] ?? '')
      .split(PARAMETER_END)
      .flatMap((parameter) => wrap(parameter, room))
      .map((part, line) => {
        const cells = widths.map((size, at) => (line === 0 ? (row[at] ?? '') : '').padEnd(size))
        return [...cells, part].join(GAP)
      }),
  )
}

function wrap(text: string, room: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && longer.length > room) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}
