import { addressOf } from '../../src/proof/address.js'
import { targetUri } from '../../src/proof/target-uri.js'
import { outcomeOf, request, service } from './support/requests.js'
import { proof, withProof } from './support/dpop.js'

const serve = () => service({ dpop: 'required' })
const outcome = (url: string, htu: unknown) =>
  outcomeOf(serve(), { ...withProof(proof({ claims: { htu } })), url })

const PAGE = 'https://api.example.com/orders'

describe('attack 216: two ways to write one target are one', () => {
  it.each([
    ['the same', PAGE, PAGE],
    ['scheme in capitals', PAGE, 'HTTPS://api.example.com/orders'],
    ['host in capitals', PAGE, 'https://API.Example.COM/orders'],
    ['host in capitals, in the request', 'https://API.example.com/orders', PAGE],
    ['default port', PAGE, 'https://api.example.com:443/orders'],
    ['default port, in the request', 'https://api.example.com:443/orders', PAGE],
    ['default port of http', 'http://api.example.com/orders', 'http://api.example.com:80/orders'],
    ['empty port', PAGE, 'https://api.example.com:/orders'],
    ['query in the request', `${PAGE}?page=2&sort=name`, PAGE],
    ['query in the proof', PAGE, `${PAGE}?page=2`],
    ['different queries', `${PAGE}?page=2`, `${PAGE}?page=3`],
    ['empty query', `${PAGE}?`, PAGE],
    ['fragment in the proof', PAGE, `${PAGE}#top`],
    ['query with a slash and an at sign', `${PAGE}?next=https://a@b/c`, PAGE],
    ['no path', 'https://api.example.com/', 'https://api.example.com'],
    ['dot segments', PAGE, 'https://api.example.com/v1/../orders'],
    ['dot segments, encoded', PAGE, 'https://api.example.com/v1/%2e%2E/orders'],
    ['a dot segment', PAGE, 'https://api.example.com/./orders'],
    ['dot segments that lead out', PAGE, 'https://api.example.com/../../orders'],
    ['percent-encoding in small letters', 'https://api.example.com/a%2Fb', 'https://api.example.com/a%2fb'],
    ['an unreserved character, encoded', PAGE, 'https://api.example.com/%6Frders'],
    ['a tilde, encoded', 'https://api.example.com/~mia', 'https://api.example.com/%7Emia'],
    ['a letter of another alphabet', 'https://api.example.com/%C3%A4', 'https://api.example.com/ä'],
    ['an international name', 'https://xn--bcher-kva.example/a', 'https://bücher.example/a'],
    ['an international name in capitals', 'https://xn--bcher-kva.example/a', 'https://BÜCHER.example/a'],
    ['an IPv6 address', 'https://[::1]:8443/a', 'https://[0:0:0:0:0:0:0:1]:8443/a'],
    ['an IPv6 address in capitals', 'https://[2001:db8::a]/a', 'https://[2001:DB8::A]/a'],
    ['an underscore in the host', 'https://my_api.example.com/a', 'https://my_api.example.com/a'],
    ['another port', 'https://api.example.com:8443/orders', 'https://api.example.com:8443/orders'],
  ])('%s', async (_, url, htu) => {
    expect(await outcome(url, htu)).toBe('accepted')
  })
})

describe('attacks 216 and 223: a proof for another target', () => {
  it.each([
    ['another path', PAGE, 'https://api.example.com/payments'],
    ['a longer path', PAGE, `${PAGE}/1`],
    ['a shorter path', `${PAGE}/1`, PAGE],
    ['a path in capitals', PAGE, 'https://api.example.com/Orders'],
    ['a slash at the end of the proof', PAGE, `${PAGE}/`],
    ['a slash at the end of the request', `${PAGE}/`, PAGE],
    ['a double slash', PAGE, 'https://api.example.com//orders'],
    ['an encoded slash', 'https://api.example.com/a/b', 'https://api.example.com/a%2Fb'],
    ['an encoded percent sign', 'https://api.example.com/%6F', 'https://api.example.com/%256F'],
    ['an encoded question mark', `${PAGE}?a`, 'https://api.example.com/orders%3Fa'],
    ['another host', PAGE, 'https://other.example.com/orders'],
    ['a host that begins alike', PAGE, 'https://api.example.com.evil.example/orders'],
    ['a host that ends alike', PAGE, 'https://xapi.example.com/orders'],
    ['a host with a dot behind', PAGE, 'https://api.example.com./orders'],
    ['another port', PAGE, 'https://api.example.com:8443/orders'],
    ['the port of the other scheme', PAGE, 'https://api.example.com:80/orders'],
    ['another scheme', PAGE, 'http://api.example.com/orders'],
    ['a scheme that is not of the web', PAGE, 'ftp://api.example.com/orders'],
    ['a file', PAGE, 'file:///orders'],
    ['a WebSocket', PAGE, 'wss://api.example.com/orders'],
    ['a path only', PAGE, '/orders'],
    ['without a scheme', PAGE, '//api.example.com/orders'],
    ['a name only', PAGE, 'api.example.com/orders'],
    ['nothing', PAGE, ''],
  ])('%s', async (_, url, htu) => {
    expect(await outcome(url, htu)).toBe('dpop_proof_invalid')
  })
})

describe('attack 216: a target that is none, or that readers of URLs read differently', () => {
  it.each([
    ['missing', undefined],
    ['null', null],
    ['a number', 1],
    ['a list', [PAGE]],
    ['a user name', 'https://mia@api.example.com/orders'],
    ['a user name and password', 'https://mia:secret@api.example.com/orders'],
    ['an empty user name', 'https://@api.example.com/orders'],
    ['an empty user name and password', 'https://:@api.example.com/orders'],
    ['a backslash for the slashes', String.raw`https:\\api.example.com\orders`],
    ['a backslash in front of an at sign', String.raw`https://api.example.com\@evil.example/orders`],
    ['a backslash in the path', String.raw`https://api.example.com\orders`],
    ['one slash', 'https:/api.example.com/orders'],
    ['no slash', 'https:api.example.com/orders'],
    ['three slashes', 'https:///api.example.com/orders'],
    ['white space in front', ` ${PAGE}`],
    ['white space behind', `${PAGE} `],
    ['a tab inside', 'https://api.example.com/ord\ters'],
    ['a line break inside', 'https://api.exam\nple.com/orders'],
    ['a NUL behind', `${PAGE}\0`],
    ['a port that is too large', 'https://api.example.com:99999/orders'],
    ['more than 8 KiB', `${PAGE}?${'a'.repeat(8192)}`],
  ])('%s', async (_, htu) => {
    expect(await outcome(PAGE, htu)).toBe('dpop_proof_invalid')
  })
})

describe('attack 217: a request whose own address cannot be told', () => {
  it.each([
    ['no host', 'https:///orders'],
    ['an asterisk', '*'],
    ['a path', '/orders'],
    ['a user name', 'https://mia@api.example.com/orders'],
    ['a white space', 'https://api.example.com /orders'],
    ['nothing', ''],
  ])('%s is a malformed request, whatever the proof says', async (_, url) => {
    expect(await outcome(url, url)).toBe('credentials_malformed')
  })
})

describe('attack 217: with publicOrigin', () => {
  const configured = () => service({ dpop: 'required', publicOrigin: 'https://api.example.com' })
  const outcomeAt = (url: string, htu: string) =>
    outcomeOf(configured(), { ...withProof(proof({ claims: { htu } })), url })

  it.each([
    ['the host of the request does not matter', 'http://10.0.0.7:3000/orders?a=1', PAGE],
    ['nor does its scheme', 'http://api.example.com/orders', PAGE],
    ['nor a host in an absolute request target', 'http://evil.example/orders', PAGE],
    [
      'a path that begins with two slashes stays a path',
      'http://inner//evil.example/a',
      'https://api.example.com//evil.example/a',
    ],
  ])('%s', async (_, url, htu) => {
    expect(await outcomeAt(url, htu)).toBe('accepted')
  })

  it('a proof for another service is refused, even where the request claims to be for that one', async () => {
    const elsewhere = 'https://evil.example/orders'
    expect(await outcomeAt(elsewhere, elsewhere)).toBe('dpop_proof_invalid')
    expect(await outcome(elsewhere, elsewhere)).toBe('accepted')
  })

  it('a request without an address is malformed still', async () => {
    expect(await outcomeAt('*', PAGE)).toBe('credentials_malformed')
  })

  it('the query is kept for sources of one’s own', () => {
    const seen = addressOf('https://api.example.com')(request({ url: 'http://inner/a?b=%20c' }))
    expect(seen).toBe('https://api.example.com/a?b=%20c')
  })
})

describe('the canonical form', () => {
  it.each([
    ['https://API.example.com:443/%7ea/./b/../c%2f?q#f', 'https://api.example.com/~a/c%2F'],
    ['http://[::ffff:1.2.3.4]/', 'http://[::ffff:102:304]/'],
    ['https://api.example.com', 'https://api.example.com/'],
  ])('of %s', (text, canonical) => {
    expect(targetUri(text)).toBe(canonical)
  })

  it('is that of no more than 8 KiB', () => {
    const text = 'https://api.example.com/'
    expect(targetUri(text.padEnd(8192, 'a'))).toHaveLength(8192)
    expect(targetUri(text.padEnd(8193, 'a'))).toBeUndefined()
  })

  it('is its own canonical form', () => {
    for (const path of ['/a%20b', '/%C3%A4', '/a%2Fb', '/%25', '/a;b=c', "/!$&'()*+,;=:@", '/%E2%82%AC']) {
      const once = targetUri(`https://api.example.com${path}`)!
      expect(targetUri(once)).toBe(once)
    }
  })
})
