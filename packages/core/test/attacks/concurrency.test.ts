import { setImmediate as nextTurn } from 'node:timers/promises'
import { verifier } from './support/forge.js'
import { segments, signatureOf, token, withSignature } from './support/forge.js'
import { ALGORITHMS, keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'

const IN_FLIGHT = 64

/** A kind of token by its place among others, and the answer to it. */
type Kind = readonly [make: (nonce: number) => string, answer: string]

/**
 * Attacks 79, 172 and 206: the check goes to the thread pool when there are others to check, and each answer must be
 * the answer to its own token.
 */
describe.each(ALGORITHMS)('with 64 tokens in flight, %s', (alg) => {
  const key = keyOf(alg)
  const good = (nonce: number) => token({ nonce }, {}, key)
  const flip = (text: string) => {
    const signature = Buffer.from(signatureOf(text))
    const at = (signature.length - 1) >> 1
    signature.writeUInt8(signature.readUInt8(at) ^ 1, at)
    return withSignature(text, signature)
  }
  const kinds: readonly Kind[] = [
    [good, 'accepted'],
    [(nonce) => flip(good(nonce)), 'signature_invalid'],
    [(nonce) => withSignature(good(nonce), signatureOf(good(nonce + 1000))), 'signature_invalid'],
    [(nonce) => withSignature(good(nonce), signatureOf(good(nonce)).subarray(1)), 'signature_invalid'],
    [good, 'accepted'],
    [
      (nonce) =>
        [
          segments(good(nonce))[0],
          segments(token({ nonce, roles: ['admin'] }, {}, key))[1],
          segments(good(nonce))[2],
        ].join('.'),
      'signature_invalid',
    ],
    [(nonce) => token({ nonce }, {}, keyOf(alg, 'stranger')), 'signature_invalid'],
    [
      (nonce) => withSignature(good(nonce), Buffer.alloc(signatureOf(good(nonce)).length)),
      'signature_invalid',
    ],
  ]
  const batch = Array.from({ length: IN_FLIGHT }, (_, index) => {
    const [make, answer] = kinds[index % kinds.length] as Kind
    return { text: make(index), answer }
  })
  const expected = batch.map(({ answer }) => answer)

  it('each is answered for itself, all at once', async () => {
    const verify = verifier({ keys: key.source })
    const answers = await Promise.all(batch.map(({ text }) => outcomeOf(verify, text)))
    expect(answers).toEqual(expected)
  })
  it('each is answered for itself, as requests arrive', async () => {
    const verify = verifier({ keys: key.source, cacheSize: 0 })
    const answers: Promise<string>[] = []
    for (const [index, { text }] of batch.entries()) {
      answers.push(outcomeOf(verify, text))
      if (index % 5 === 0) await nextTurn()
    }
    expect(await Promise.all(answers)).toEqual(expected)
  })
  it('one and the same token many times over is answered alike', async () => {
    const verify = verifier({ keys: key.source })
    const [one, other] = [good(1), flip(good(2))]
    const mixed = Array.from({ length: IN_FLIGHT }, (_, index) => (index % 2 === 0 ? one : other))
    const answers = await Promise.all(mixed.map((text) => outcomeOf(verify, text)))
    expect(answers).toEqual(mixed.map((text) => (text === one ? 'accepted' : 'signature_invalid')))
  })
})

it('a known signature does not vouch for other claims that come at the same time', async () => {
  const verify = verifier({ keys: keyOf('RS256').source })
  const [header, payload, signature] = segments(token({}, {}, keyOf('RS256')))
  const forged = segments(token({ roles: ['admin'] }, {}, keyOf('RS256', 'stranger')))[1]
  const texts = [payload, forged, payload, forged].map((claims) => [header, claims, signature].join('.'))
  const answers = await Promise.all(texts.map((text) => outcomeOf(verify, text)))
  expect(answers).toEqual(['accepted', 'signature_invalid', 'accepted', 'signature_invalid'])
})
