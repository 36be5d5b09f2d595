import { targetUri } from '../../src/proof/target-uri.js'

/** So often that the engine compiles what it runs. */
const TIMES = 100_000

it('a target with an international name stays a target, however often one is read', () => {
  const read = new Set(Array.from({ length: TIMES }, () => targetUri('https://b\u00fccher.example/a')))
  expect(read).toEqual(new Set(['https://xn--bcher-kva.example/a']))
})
