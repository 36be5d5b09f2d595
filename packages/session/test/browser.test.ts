import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSessionFetch } from '@portcullis/session/browser'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

/** A service whose token has expired, and a refresh route that answers as it is told. */
async function start(renew: Answer) {
  let isFresh = false
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`)
    if (request.url === '/session') {
      renew(request, response)
      isFresh = response.statusCode === 200
    } else {
      response.writeHead(isFresh ? 200 : 401).end(request.url)
    }
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, asked }
}

const renewed: Answer = (_, response) => response.end('{"expiresIn":60}')

test('requests at the moment of expiry are all carried out, with one renewal', async () => {
  const { url, asked } = await start(renewed)
  const lifetimes: number[] = []
  const session = createSessionFetch({
    refreshUrl: `${url}/session`,
    onRenewed: (seconds) => lifetimes.push(seconds),
  })
  const answers = await Promise.all(
    [1, 2, 3].map((id) => session.fetch(`${url}/${id}`, { method: 'POST', body: 'x' })),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(asked.filter((line) => line === 'POST /session')).toHaveLength(1)
  expect(lifetimes).toEqual([60])
})

test('when the session has ended, the page is told, and gets the refusal', async () => {
  const { url, asked } = await start((_, response) => response.writeHead(401).end())
  let ended = 0
  const session = createSessionFetch({ refreshUrl: `${url}/session`, onEnded: () => ended++ })
  expect((await session.fetch(`${url}/1`)).status).toBe(401)
  expect([ended, asked]).toEqual([1, ['GET /1', 'POST /session']])
})

test('when nothing can be said, the session is not taken for ended', async () => {
  const { url } = await start((_, response) => response.writeHead(503).end())
  let ended = 0
  const session = createSessionFetch({ refreshUrl: `${url}/session`, onEnded: () => ended++ })
  await expect(session.renew()).rejects.toThrow('503')
  expect(ended).toBe(0)
})

test('a request that is refused once more is not repeated for ever', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(request.url === '/session' ? 200 : 401).end('{"expiresIn":60}')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect((await createSessionFetch({ refreshUrl: `${url}/session` }).fetch(`${url}/1`)).status).toBe(401)
  expect(asked).toEqual(['/1', '/session', '/1'])
})
