import { dirname, join } from 'node:path'
import ts from 'typescript'
import { ROOT, type Block } from './documents.js'

/** What the compiler has against some snippets, as `README.md:12: message`, each snippet a module of its own. */
export function complaints(snippets: readonly Block[]): readonly string[] {
  const byFile = new Map(snippets.map((snippet) => [fileOf(snippet), snippet]))
  const options = compilerOptions()
  const disk = ts.createCompilerHost(options)
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => byFile.has(file) || disk.fileExists(file),
    readFile: (file) => byFile.get(file)?.code ?? disk.readFile(file),
    getSourceFile(file, ...rest) {
      const code = byFile.get(file)?.code
      if (code === undefined) return disk.getSourceFile(file, ...rest)
      const language = {
        languageVersion: ts.ScriptTarget.ES2022,
        impliedNodeFormat: ts.ModuleKind.ESNext,
      } as const
      return ts.createSourceFile(file, code, language)
    },
  }
  const program = ts.createProgram([...byFile.keys()], options, host)
  return [...byFile].flatMap(([file, snippet]) => {
    const source = program.getSourceFile(file)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map((diagnostic) => describe(diagnostic, snippet))
  })
}

/** Beside its document, so that it finds what a reader in that folder would find. */
function fileOf({ document, line }: Block): string {
  return join(ROOT, dirname(document.path), `snippet-${line}.mts`)
}

/** Those of the tests, in which our packages are their sources; a snippet need not use all that it declares. */
function compilerOptions(): ts.CompilerOptions {
  const file = join(ROOT, 'tsconfig.test.json')
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { config: object }
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [] },
    ts.sys,
    ROOT,
    undefined,
    file,
  )
  return { ...options, noUnusedLocals: false, noUnusedParameters: false }
}

function describe({ file, start, code, messageText }: ts.Diagnostic, { document, line }: Block): string {
  const within =
    file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line
  const text = ts.flattenDiagnosticMessageText(messageText, ' ')
  return `${document.path}:${line + within}: TS${code}: ${text}`
}
