import { createVerifier, explain } from '@portcullis/core'
import { blocks, document, tableUnder } from '../documentation/documents.js'
import { status } from '../keys/remote/support/answers.js'
import { closeScenes, openScene, refusalOf } from './support/scene.js'

afterEach(closeScenes)

const page = document('docs/introspection.md')

test('the page names every option, and no other', () => {
  const make = () =>
    createVerifier({
      issuer: 'https://id.example.com',
      audience: 'a',
      introspection: { zzzzzzzz: 1 } as never,
    })
  const names = tableUnder('Opaque tokens', page).map(([name = '']) => name)
  expect(make).toThrow(`the options are ${names.join(', ')}`)
})

test('the page shows what explain() says of wrong credentials', async () => {
  const { endpoint, verify } = await openScene()
  endpoint.answer(status(401))
  const said = explain(await refusalOf(verify('opaque-token')))
  const shown = blocks(page)
    .find(({ language }) => language === 'text')!
    .code.trim()
  expect(said.replace(new URL(endpoint.url).origin, 'https://id.example.com')).toBe(shown)
})
