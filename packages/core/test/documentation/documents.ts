import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export const ROOT = join(__dirname, '../../../..')

/** A page that users read: every README.md and whatever lies in docs. */
export interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** A fenced block of code. */
export interface Block {
  readonly document: Document
  readonly language: string
  /** The line of the document that the code starts at, from 1. */
  readonly line: number
  readonly code: string
}

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.tmp'])

export function documents(): readonly Document[] {
  return markdownFiles(ROOT).map((file) => document(relative(ROOT, file)))
}

export function document(path: string): Document {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') }
}

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : markdownFiles(path)
    const inDocs = relative(ROOT, path).startsWith('docs/') && entry.name.endsWith('.md')
    return entry.name === 'README.md' || inDocs ? [path] : []
  })
}

/** The fenced blocks of a document; a fence is closed by one of the same length (CommonMark section 4.5). */
export function blocks(document: Document): readonly Block[] {
  const found: Block[] = []
  const fence = /^( *)(`{3,})(\S*)[^\n]*\n([\s\S]*?)^\1\2 *$/gm
  for (const { index, 0: whole, 1: indent = '', 3: language = '', 4: code = '' } of document.text.matchAll(
    fence,
  )) {
    const line = document.text.slice(0, index + whole.indexOf('\n')).split('\n').length + 1
    found.push({ document, language, line, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') })
  }
  return found
}

/** The rows of the Markdown table under a heading, cells without their code marks; without head and rule. */
export function tableUnder(heading: string, { text, path }: Document): readonly (readonly string[])[] {
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`${path} has no section "${heading}"`)
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(plain),
  )
}

const plain = (cell: string) => cell.trim().replaceAll('`', '').replaceAll('\\|', '|')

/** The npm scripts that a reader of the document can run: of its own package and of the root. */
export function scriptsFor({ path }: Document): ReadonlySet<string> {
  const folders = [dirname(join(ROOT, path)), ROOT]
  const manifests = folders.map((folder) => join(folder, 'package.json')).filter((file) => existsSync(file))
  return new Set(manifests.flatMap((file) => Object.keys(scriptsOf(file))))
}

export function scriptsOf(manifest: string): Readonly<Record<string, string>> {
  const { scripts = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { scripts?: Record<string, string> }
  return scripts
}
