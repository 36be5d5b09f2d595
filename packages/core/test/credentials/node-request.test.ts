import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { nodeRequest } from '../../src/credentials/node-request.js'

const url = () => 'https://api.example.com/'
const message = (rawHeaders: string[], headers: Record<string, string | string[] | undefined> = {}) =>
  ({ method: 'GET', rawHeaders, headers }) satisfies Partial<IncomingMessage>

describe('attack 149: every occurrence of a header is seen', () => {
  it.each<[string, string[], readonly string[]]>([
    ['none', [], []],
    ['one', ['Authorization', 'a'], ['a']],
    ['two', ['Authorization', 'a', 'Accept', '*/*', 'Authorization', 'b'], ['a', 'b']],
    ['in whatever case', ['AUTHORIZATION', 'a', 'authorization', 'b', 'aUTHORIZATION', 'c'], ['a', 'b', 'c']],
    ['values that look like names', ['X', 'Authorization', 'Authorization', 'X'], ['X']],
    ['names that begin like it', ['Authorization2', 'a', 'X-Authorization', 'b'], []],
    ['an empty one', ['Authorization', ''], ['']],
  ])('%s', (_, rawHeaders, expected) => {
    expect(nodeRequest(message(rawHeaders), url).header('authorization')).toEqual(expected)
  })
  it('also of adapters that fill in no raw headers', () => {
    const header = (headers: Record<string, string | string[] | undefined>) =>
      nodeRequest(message([], headers), url).header('authorization')
    expect(header({ Authorization: 'a' })).toEqual(['a'])
    expect(header({ Authorization: 'a', authorization: 'b' })).toEqual(['a', 'b'])
    expect(header({ authorization: ['a', 'b'] })).toEqual(['a', 'b'])
    expect(header({ authorization: undefined })).toEqual([])
    expect(header(Object.create({ authorization: 'a' }) as Record<string, string>)).toEqual([])
  })

  it('over a real connection, where node:http keeps the first only', async () => {
    const seen: { readonly all: readonly string[]; readonly kept: string | undefined }[] = []
    const server = createServer((incoming, response) => {
      seen.push({
        all: nodeRequest(incoming, url).header('authorization'),
        kept: incoming.headers.authorization,
      })
      response.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nauthorization:  Bearer b \r\nConnection: close\r\n\r\n',
    )
    socket.resume()
    await once(socket, 'close')
    server.close()
    expect(seen).toEqual([{ all: ['Bearer a', 'Bearer b'], kept: 'Bearer a' }])
  })
})
