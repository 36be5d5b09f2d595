import { readRemoteOptions } from '../../src/keys/remote/remote-options.js'
import { document, tableUnder } from './documents.js'

test('docs/outages.md has every number that can be set, with its default', () => {
  const shown = tableUnder('Outages and rotations of the issuer', document('docs/outages.md')).map(
    ([name = '', number = '']) => [name, Number(number.replaceAll(',', ''))],
  )
  const settings: object = readRemoteOptions('remoteJwks()', {})
  const numbers = Object.entries(settings).filter(([, value]) => typeof value === 'number')
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(numbers))
})
