import { createVerifier, type Verifier } from '../../src/verifier.js'
import type { SingleIssuerOptions } from '../../src/options/verifier-options.js'
import { AUDIENCE, CLAIMS, ISSUER, KEY, NOW, sealed, token, verifier } from '../attacks/support/forge.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { accepts, refuses } from '../attacks/support/tables.js'

/** A token with a claim written out as JSON, however oddly. */
function written(name: string, json: string): string {
  const others = JSON.stringify({ ...CLAIMS, [name]: undefined })
  return sealed({ alg: 'ES256' }, `${others.slice(0, -1)},"${name}":${json}}`)
}

const WRONG_TYPES = {
  'a string': '"1800000600"',
  'an empty string': '""',
  'an ISO date': '"2027-01-15T08:00:00Z"',
  null: 'null',
  true: 'true',
  false: 'false',
  'a list': '[1800000600]',
  'an empty list': '[]',
  'an object': '{}',
  'an object with valueOf': '{"valueOf":1800000600}',
  'an object like a date': '{"$date":1800000600}',
} as const

describe.each(['exp', 'nbf', 'iat'])('attacks 100, 105 and 107: %s of the wrong type', (name) => {
  refuses(
    'is not the same as absent',
    'claim_invalid',
    Object.fromEntries(Object.entries(WRONG_TYPES).map(([what, json]) => [what, written(name, json)])),
  )
  // 1e400 is no finite number, and no JSON parser reads it alike.
  refuses('is no number at all', 'token_malformed', {
    '1e400': written(name, '1e400'),
    '-1e400': written(name, '-1e400'),
    '1E+999': written(name, '1E+999'),
    'four hundred digits': written(name, '9'.repeat(400)),
    NaN: written(name, 'NaN'),
    Infinity: written(name, 'Infinity'),
    hexadecimal: written(name, '0x6B49D458'),
    octal: written(name, '01800000600'),
    'with a plus sign': written(name, '+1800000600'),
    'without digits before the dot': written(name, '.5'),
    'without digits after the dot': written(name, '1800000600.'),
    'with an underscore': written(name, '1_800_000_600'),
    'with a comma': written(name, '1,800'),
    'an expression': written(name, '1800000000+600'),
    undefined: written(name, 'undefined'),
    'a Date': written(name, 'new Date()'),
  })
})

refuses('attack 100: exp that is missing', 'claim_missing', {
  'left out': token({ exp: undefined }),
  'in another case': token({ exp: undefined, EXP: NOW + 600, Exp: NOW + 600 }),
  'with a space': token({ exp: undefined, 'exp ': NOW + 600 }),
  'in the header only': token({ exp: undefined }, { exp: NOW + 600 }),
  'within another claim': token({ exp: undefined, claims: { exp: NOW + 600 } }),
})
refuses('attack 100: exp in the past', 'token_expired', {
  zero: token({ exp: 0, iat: undefined }),
  'minus zero': written('exp', '-0'),
  'minus one': token({ exp: -1, iat: undefined }),
  'the smallest number': written('exp', '-1.7976931348623157e308'),
  'a number that is almost zero': written('exp', '1e-400'),
  'an hour ago': token({ exp: NOW - 3600, iat: undefined }),
  'as a float': written('exp', `${NOW - 60}.5`),
  'with an exponent': written('exp', '1.7e9'),
})
accepts('attack 102: dates as honest issuers write them', {
  'a float': written('exp', `${NOW + 600}.0`),
  'a fraction': written('exp', `${NOW + 600}.123456789`),
  'an exponent': written('exp', '4.1024448e9'),
  'a capital exponent': written('exp', '4.1024448E+9'),
  'an exponent and zeros': written('exp', '41024448000000e-4'),
  'iat as a float': token({ iat: NOW - 0.25 }),
  'nbf as a float': token({ nbf: NOW - 0.75 }),
})
// Left to a maximum age, since issuers do write dates that never come.
accepts('attack 101: dates far away', {
  milliseconds: token({ exp: (NOW + 600) * 1000 }),
  '2^53': written('exp', '9007199254740992'),
  'the largest number': written('exp', '1.7976931348623157e308'),
})
refuses(
  'attack 101: dates far away, under a maximum age',
  'token_too_old',
  { milliseconds: token({ exp: (NOW + 600) * 1000, iat: NOW - 3606 }) },
  verifier({ maxTokenAge: 3600 }),
)
refuses('attack 107: iat in milliseconds lies in the future', 'token_not_yet_valid', {
  milliseconds: token({ iat: NOW * 1000 }),
  'nbf in milliseconds': token({ nbf: NOW * 1000 }),
})
refuses('attack 108: dates that contradict each other', 'claim_invalid', {
  'exp before iat': token({ exp: NOW + 1, iat: NOW + 2 }),
  'exp before nbf': token({ exp: NOW + 1, nbf: NOW + 2 }),
})

/** The answer at each moment of a clock. */
async function answersAt(moments: readonly number[], claims: object, options: Partial<SingleIssuerOptions>) {
  let now = 0
  const fresh = (): Verifier =>
    createVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: KEY.source, clock: () => now, ...options })
  const remembering = fresh()
  const text = token(claims)
  const answers: string[] = []
  for (const moment of moments) {
    now = moment
    const answer = await outcomeOf(fresh(), text)
    // Attack 104: the same to the fraction when the token is remembered from before.
    expect(await outcomeOf(remembering, text)).toBe(answer)
    answers.push(answer)
  }
  return answers
}

describe('attacks 102 to 106: to the second and to the fraction', () => {
  const exact = { clockTolerance: 0 }
  it('a token that expires now has expired', async () => {
    const moments = [NOW - 1, NOW - 0.001, NOW, NOW + 0.001, NOW - 0.001]
    expect(await answersAt(moments, { exp: NOW, iat: undefined }, exact)).toEqual([
      'accepted',
      'accepted',
      'token_expired',
      'token_expired',
      'accepted',
    ])
  })
  it('a fraction in exp counts', async () => {
    const moments = [NOW + 0.4, NOW + 0.5, NOW + 0.6]
    const answers = await answersAt(moments, { exp: NOW + 0.5, iat: undefined }, exact)
    expect(answers).toEqual(['accepted', 'token_expired', 'token_expired'])
  })
  it('a token that is valid from now is valid', async () => {
    for (const name of ['nbf', 'iat']) {
      const answers = await answersAt(
        [NOW + 1, NOW, NOW - 0.001, NOW - 1],
        { iat: undefined, [name]: NOW },
        exact,
      )
      expect(answers).toEqual(['accepted', 'accepted', 'token_not_yet_valid', 'token_not_yet_valid'])
    }
  })
  it.each([0.5, 5, 60, 300])('a tolerance of %s s is exactly that', async (clockTolerance) => {
    const expiry = [NOW + clockTolerance - 0.01, NOW + clockTolerance, NOW + clockTolerance + 1]
    expect(await answersAt(expiry, { exp: NOW, iat: undefined }, { clockTolerance })).toEqual([
      'accepted',
      'token_expired',
      'token_expired',
    ])
    const start = [NOW - clockTolerance, NOW - clockTolerance - 0.01]
    for (const name of ['nbf', 'iat']) {
      const answers = await answersAt(start, { iat: undefined, [name]: NOW }, { clockTolerance })
      expect(answers).toEqual(['accepted', 'token_not_yet_valid'])
    }
  })
  it('is 5 s when nothing is said', async () => {
    expect(await answersAt([NOW + 4.9, NOW + 5], { exp: NOW }, {})).toEqual(['accepted', 'token_expired'])
  })
  it('a maximum age is counted from iat, with the same tolerance', async () => {
    const options = { maxTokenAge: 100, clockTolerance: 2 }
    const moments = [NOW, NOW + 100, NOW + 102, NOW + 102.1, NOW + 590]
    const answers = await answersAt(moments, { iat: NOW }, options)
    expect(answers.slice(0, 2)).toEqual(['accepted', 'accepted'])
    expect(answers.slice(3)).toEqual(['token_too_old', 'token_too_old'])
  })
})

describe('attack 109: a maximum age, and no iat', () => {
  refuses(
    'is refused',
    'claim_missing',
    { 'no iat': token({ iat: undefined }) },
    verifier({ maxTokenAge: 600 }),
  )
})

describe('a clock that does not tell the time', () => {
  it.each<[string, () => unknown]>([
    ['NaN', () => Number.NaN],
    ['nothing', () => undefined],
    ['text', () => '1800000000'],
    ['a bigint', () => 1_800_000_000n],
    ['a date', () => new Date(NOW * 1000)],
    [
      'an error',
      () => {
        throw new Error('no clock')
      },
    ],
    ['the end of time', () => Number.NEGATIVE_INFINITY],
  ])('lets nobody in: %s', async (_, clock) => {
    const answer = await outcomeOf(verifier({ clock: clock as () => number }), token())
    expect(['token_expired', 'token_not_yet_valid']).toContain(answer)
  })
})
