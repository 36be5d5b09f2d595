/** A table for people: the first column to the left, figures to the right. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell)))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
  const line = (row) => row.map(pad).join('  ').trimEnd()
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n')
}

/**
 * Contenders down, columns across, each figure with its ratio to one of them.
 *
 * @param {Record<string, Record<string, Record<string, number>>>} columns samples by column and contender
 * @param {string} member of the samples
 * @param {string} reference the contender that ratios are taken to
 */
export function comparison(title, columns, member, reference) {
  const names = [...new Set(Object.values(columns).flatMap((column) => Object.keys(column)))]
  const head = [title, ...Object.keys(columns).flatMap((name) => [name, ''])]
  const rows = names.map((name) => [
    name,
    ...Object.values(columns).flatMap((column) => {
      const value = column[name]?.[member]
      return [figure(value), ratio(value / column[reference]?.[member])]
    }),
  ])
  return table(head, rows)
}

const NOTHING = '–'

/** Three digits that matter. */
export function figure(value) {
  if (!Number.isFinite(value)) return NOTHING
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 3))
}

export const ratio = (value) => (Number.isFinite(value) ? `${value.toFixed(2)}×` : NOTHING)
