import { ESLint } from 'eslint'

/**
 * Prints, for each `{ file, code }` of its argument, what the lint configuration says of the imports. The files need
 * not exist, so the rules that ask for types stay off. A process of its own, because Jest cannot load the
 * configuration, an ES module.
 */
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => ruleId === 'portcullis/import-directions',
  overrideConfig: { languageOptions: { parserOptions: { project: null } } },
})

const snippets = JSON.parse(process.argv[2])
const results = await Promise.all(
  snippets.map(async ({ file, code }) => {
    const [result] = await eslint.lintText(code, { filePath: file })
    return result.messages.map(({ message }) => message)
  }),
)
console.log(JSON.stringify(results))
