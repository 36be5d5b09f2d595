import {
  CLAIMS,
  encode,
  KEY,
  NOW,
  segments,
  signatureOf,
  signSegments,
  token,
  verifier,
} from './support/forge.js'
import { aliases, header1, header2, pad, payload1, payload2, sized, whole } from './support/segments.js'
import { accepts, refuses } from './support/tables.js'

const GOOD = token()
const odd = (one: string, two: string) => signSegments(one, two)
/** Claims whose base64 has a plus sign and a slash. */
const telling = Buffer.from(JSON.stringify(sized({ ...CLAIMS, odd: '>>>???~~~ÿÿÿ' }, 2)))

describe('a token of an AWS load balancer, which pads', () => {
  const alb = verifier({ paddedBase64url: 'aws-alb' })
  const padded = (one: string, two: string) => `${odd(pad(one), pad(two))}==`
  const ALB = padded(header1, payload2)
  refuses('is refused when nothing is said', 'token_malformed', { 'padded throughout': ALB })
  accepts(
    'is accepted when that is asked for',
    {
      'with two and one': ALB,
      'with one and two': padded(header2, payload1),
      'with none in the payload': padded(header1, whole),
      'not padded at all': GOOD,
      again: ALB,
    },
    alb,
  )
  refuses(
    'is held to all else',
    'token_malformed',
    {
      'the header not padded': `${odd(header1, pad(payload2))}==`,
      'the payload not padded': `${odd(pad(header1), payload2)}==`,
      'the signature not padded': odd(pad(header1), pad(payload2)),
      'one where two belong': `${odd(`${header1}=`, pad(payload2))}==`,
      three: `${odd(pad(header1), `${payload2}===`)}==`,
      'where none belongs': `${odd(pad(header1), `${whole}====`)}==`,
      'in front': `${odd(pad(header1), `=${whole.slice(1)}`)}==`,
      within: `${odd(pad(header1), `${payload2.slice(0, 3)}=${payload2.slice(4)}=`)}==`,
      'stray bits before it': `${odd(pad(aliases(header1)[0] ?? ''), pad(payload2))}==`,
      'the other alphabet': `${odd(pad(header1), telling.toString('base64'))}==`,
      'a line feed behind': `${ALB}\n`,
      'a space for padding': `${odd(`${header1}  `, pad(payload2))}==`,
      'percent-encoded': ALB.replaceAll('=', '%3D'),
      'padding for a header': `==.${pad(payload2)}.${pad(segments(GOOD)[2])}`,
      'padding for a signature': `${pad(header1)}.${pad(payload2)}.====`,
      'duplicate members': `${odd(pad(encode('{"alg":"ES256","alg":"ES256"}')), pad(payload2))}==`,
    },
    alb,
  )
  const [one, two, three] = segments(ALB)
  refuses(
    'is signed as it is padded',
    'signature_invalid',
    {
      'the padding taken away': `${header1}.${payload2}.${three.replaceAll('=', '')}`,
      'the padding added': `${pad(header1)}.${pad(payload2)}.${pad(KEY.sign(`${header1}.${payload2}`).toString('base64url'))}`,
      'another signature': `${one}.${two}.${pad(signatureOf(GOOD).toString('base64url'))}`,
    },
    alb,
  )
  refuses(
    'expires like any other',
    'token_expired',
    {
      'an hour ago': `${odd(pad(header1), pad(encode(sized({ ...CLAIMS, iat: 0, exp: NOW - 3600 }, 2))))}==`,
    },
    alb,
  )
})
