import { authorizedFetch, createTokenSource, ownSigner } from '@portcullis/client'
import { createKeyRing, createSigner } from '@portcullis/issuer'
import { askPeer, PeerError } from '../src/ask-peer.js'
import { listen, type Listening } from '../src/listen.js'

let peer: Listening
let authorization: string | undefined
beforeAll(async () => {
  peer = await listen((request, response) => {
    ;({ authorization } = request.headers)
    const status = request.url === '/refused' ? 403 : 200
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end('{"method":"' + String(request.method) + '"}')
  })
})
afterAll(() => peer.stop())

const signer = createSigner({ issuer: 'https://id.example.com', keyRing: createKeyRing() })
const source = createTokenSource({
  clientId: 'orders',
  credential: ownSigner(signer),
  audience: 'inventory-api',
})
const fetchFrom = (origin: string) => authorizedFetch(source, { origins: [origin] })

const refusal = (statusCode: number, code: string): unknown =>
  expect.objectContaining({ statusCode, code, message: 'Another service could not be asked' })

test('a peer is asked with a token, and its JSON is read', async () => {
  expect(await askPeer(fetchFrom(peer.url), 'POST', `${peer.url}/orders`)).toEqual({ method: 'POST' })
  expect(authorization).toMatch(/^Bearer \S+$/)
})

test('a peer that refuses is no refusal of the caller: 502', async () => {
  const asked = askPeer(fetchFrom(peer.url), 'GET', `${peer.url}/refused`)
  await expect(asked).rejects.toBeInstanceOf(PeerError)
  await expect(asked).rejects.toEqual(refusal(502, 'peer_refused'))
})

test('a peer that is down is 503', async () => {
  const gone = await listen(() => undefined)
  await gone.stop()
  await expect(askPeer(fetchFrom(gone.url), 'GET', gone.url)).rejects.toEqual(
    refusal(503, 'peer_unavailable'),
  )
})

test('why there is no token is told by a code', async () => {
  const asked = askPeer(fetchFrom('https://elsewhere.example.com'), 'GET', peer.url)
  await expect(asked).rejects.toEqual(refusal(500, 'origin_not_allowed'))
})
