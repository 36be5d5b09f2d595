import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import {
  createConformance,
  runCase,
  runConformance,
  type ConformanceCase,
  type RawRequest,
  type ServiceName,
} from '@portcullis/testing/conformance'
import { listen, referenceService } from './reference-service.js'

const { services, cases } = createConformance()
const resource = services.find(({ name }) => name === 'resource')!

/** A TCP server that plays what it is told to, and keeps what it was sent. */
async function playing(answer: (socket: Socket, sent: string) => void) {
  const server = createServer((socket) => {
    socket.setEncoding('latin1').on('error', () => undefined)
    socket.on('data', (sent: string) => {
      answer(socket, sent)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closing.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function caseOf(
  expected: Partial<ConformanceCase['exchanges'][0]['expected']>,
  ...sent: RawRequest[]
): ConformanceCase {
  const requests = sent.length > 0 ? sent : [{ method: 'GET', target: '/', headers: [] }]
  return {
    name: 'made up',
    service: 'resource',
    delivery: 'sequential',
    exchanges: requests.map((request) => ({
      request,
      expected: { status: [200], headers: {}, never: [], ...expected },
    })),
  }
}

const response = (head: string, body = '') =>
  `HTTP/1.1 ${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const differencesOf = async (one: ConformanceCase, url: string) => (await runCase(one, url)).differences

describe('what is wrong with an answer is said', () => {
  test.each([
    ['another status', response('500 Error'), {}, 'status: expected 200, got 500'],
    [
      'another header value',
      response('200 OK\r\nWWW-Authenticate: Basic'),
      { headers: { 'WWW-Authenticate': 'Bearer' } },
      'WWW-Authenticate: expected "Bearer", got "Basic"',
    ],
    [
      'a header too many',
      response('200 OK\r\nWWW-Authenticate: Bearer'),
      { headers: { 'WWW-Authenticate': null } },
      'WWW-Authenticate: expected none, got "Bearer"',
    ],
    [
      'a header twice',
      response('200 OK\r\nWWW-Authenticate: Bearer\r\nwww-authenticate: Bearer'),
      { headers: { 'WWW-Authenticate': 'Bearer' } },
      'WWW-Authenticate: expected "Bearer", got "Bearer" and "Bearer"',
    ],
    [
      'a header that does not fit the pattern',
      response('200 OK\r\nDPoP-Nonce: short'),
      { headers: { 'DPoP-Nonce': /^\w{20}$/ } },
      'DPoP-Nonce: expected /^\\w{20}$/, got "short"',
    ],
    [
      'a header that is missing where there is a pattern',
      response('200 OK'),
      { headers: { 'DPoP-Nonce': /./ } },
      'DPoP-Nonce: expected /./, got none',
    ],
    ['a body that is no JSON', response('200 OK', 'oops'), { json: {} }, 'body: expected {}, got oops'],
    [
      'a member too many',
      response('200 OK', '{"a":1,"b":2}'),
      { json: { a: 1 } },
      'body: expected {"a":1}, got {"a":1,"b":2}',
    ],
    ['a body where none may be', response('200 OK', 'oops'), { empty: true as const }, 'body: expected none'],
    [
      'another media type',
      response('200 OK\r\nContent-Type: text/html', '{}'),
      { mediaType: 'application/json' },
      'Content-Type: expected application/json, got text/html',
    ],
    [
      'a token in the body',
      response('200 OK', 'token-4711'),
      { never: ['token-4711'] },
      'answer: must not contain token-4711',
    ],
    [
      'a token in a header',
      response('200 OK\r\nX-Token: token-4711'),
      { never: ['token-4711'] },
      'answer: must not contain token-4711',
    ],
    ['no answer', '', {}, 'the connection was closed after 0 answers'],
    [
      'half an answer',
      'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
      {},
      'the connection was closed after 0 answers',
    ],
  ])('%s', async (_, answer, expected, difference) => {
    const url = await playing((socket) => socket.end(answer))
    expect(await differencesOf(caseOf(expected), url)).toEqual([difference])
  })

  test('a server that is not there', async () => {
    const url = await playing(() => undefined)
    closing.splice(0)[0]!()
    expect(await differencesOf(caseOf({}), url)).toEqual([expect.stringContaining('ECONNREFUSED')])
  })

  test('a server that does not answer in time', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] })
    try {
      const url = await playing(() => {
        jest.advanceTimersByTime(5_000)
      })
      expect(await differencesOf(caseOf({}), url)).toEqual(['no answer within 5 seconds'])
    } finally {
      jest.useRealTimers()
    }
  })
})

describe('answers are read as HTTP has them', () => {
  test.each([
    ['with a length', response('200 OK', '{"a":1}')],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n'],
    ['until the connection ends', 'HTTP/1.1 200 OK\r\n\r\n{"a":1}'],
  ])('%s', async (_, answer) => {
    const url = await playing((socket) => {
      for (const half of [answer.slice(0, -5), answer.slice(-5)]) socket.write(half)
      socket.end()
    })
    expect(await differencesOf(caseOf({ json: { a: 1 } }), url)).toEqual([])
  })

  test('HEAD has no body, whatever its length says', async () => {
    const url = await playing((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n'))
    const head = { method: 'HEAD', target: '/', headers: [] }
    expect(await differencesOf(caseOf({ empty: true }, head), url)).toEqual([])
  })
})

describe('requests go over the wire as they are written', () => {
  const get = (target: string): RawRequest => ({ method: 'GET', target, headers: [['Host', 'a']] })

  test('octet for octet', async () => {
    let received = ''
    const url = await playing((socket, sent) => {
      received = sent
      socket.end(response('200 OK'))
    })
    const headers = [
      ['authorization', ' \tBearer\xa0one'],
      ['Authorization', ''],
    ] as const
    await runCase(caseOf({}, { method: 'POST', target: '/../a b', headers, body: '\xe4' }), url)
    expect(received).toBe(
      `POST /../a b HTTP/1.1\r\nHost: ${new URL(url).host}\r\nauthorization:  \tBearer\xa0one\r\n` +
        'Authorization: \r\nContent-Length: 1\r\n\r\n\xe4',
    )
  })

  test('one after the other, all at once, or each on its own connection', async () => {
    const batches: string[] = []
    const connections = new Set<Socket>()
    const url = await playing((socket, sent) => {
      batches.push(sent)
      connections.add(socket)
      socket.write(response('200 OK').repeat(sent.split('HTTP/1.1').length - 1))
    })
    const run = async (delivery: ConformanceCase['delivery']) => {
      batches.length = 0
      connections.clear()
      const result = await runCase({ ...caseOf({}, get('/1'), get('/2')), delivery }, url)
      expect(result.differences).toEqual([])
      return [batches.length, connections.size]
    }
    expect(await run('sequential')).toEqual([2, 1])
    expect(await run('pipelined')).toEqual([1, 1])
    expect(await run('parallel')).toEqual([2, 2])
  })
})

describe('of many requests exactly one may be let in', () => {
  /** Lets so many in, and refuses all others. */
  async function letting(lucky: number) {
    let seen = 0
    return await playing((socket, sent) => {
      const requests = sent.split('HTTP/1.1').length - 1
      for (let each = 0; each < requests; each++)
        socket.write(response(++seen <= lucky ? '200 OK' : '401 No'))
    })
  }
  const only = {
    ...caseOf(
      { status: [401] },
      ...Array.from({ length: 8 }, () => ({ method: 'GET', target: '/', headers: [] })),
    ),
    delivery: 'parallel',
    exceptOne: { status: [200], headers: {}, never: [] },
  } as const

  test('one is right', async () => {
    expect(await differencesOf(only, await letting(1))).toEqual([])
  })

  test('none is wrong', async () => {
    expect(await differencesOf(only, await letting(0))).toEqual([
      'exactly one answer must have status 200, got 0',
    ])
  })

  test('two are wrong', async () => {
    expect(await differencesOf(only, await letting(2))).toEqual([
      'exactly one answer must have status 200, got 2',
    ])
  })

  test('one is not enough where another answer is wrong', async () => {
    const strict = caseOf({ status: [403] }, ...only.exchanges.map(({ request }) => request))
    const found = await differencesOf({ ...strict, exceptOne: only.exceptOne }, await letting(1))
    expect(found).toHaveLength(7)
    expect(found[0]).toMatch(/^request \d: status: expected 403, got 401$/)
  })
})

describe('the table', () => {
  const urls = (url: string) =>
    Object.fromEntries(services.map(({ name }) => [name, url])) as Record<ServiceName, string>
  const isReached = ({ exchanges }: ConformanceCase) =>
    exchanges.every(({ expected }) => expected.status[0] === 200 && expected.status.length === 1)
  /** What node:http answers by itself, so that no service can get it wrong. */
  const isBeforeTheService = ({ name }: ConformanceCase) =>
    /a control character|a NUL|40,000 characters|a space before the colon/.test(name)

  async function passed(chosen: readonly ConformanceCase[], baseUrls: Record<ServiceName, string>) {
    const names: string[] = []
    for await (const result of runConformance(chosen, baseUrls)) {
      if (result.passed) names.push(result.case.name)
    }
    return names
  }

  test('fails a service that lets everybody in wherever it must refuse', async () => {
    const open = await listen((_request, answer) =>
      answer.end(JSON.stringify({ route: '/admin', subject: 'alice' })),
    )
    closing.push(() => open.close())
    const refused = cases.filter((one) => !isReached(one) && !isBeforeTheService(one))
    expect(refused.length).toBeGreaterThan(200)
    expect(await passed(refused, urls(open.url))).toEqual([])
  }, 120_000)

  test('fails a service that lets nobody in wherever it must let in', async () => {
    const closed = await listen((_request, answer) => answer.writeHead(401).end())
    closing.push(() => closed.close())
    expect(await passed(cases.filter(isReached), urls(closed.url))).toEqual([])
  }, 120_000)

  test('fails a service that sees only the first Authorization header', async () => {
    const service = referenceService(resource)
    const blind = await listen((request, answer) => {
      request.rawHeaders = Object.entries(request.headers).flatMap(([name, value]) => [name, String(value)])
      service(request, answer)
    })
    closing.push(() => blind.close())
    const own = cases.filter((one) => one.service === 'resource')
    const names = await passed(own, urls(blind.url))
    const failed = own.map(({ name }) => name).filter((name) => !names.includes(name))
    expect(failed.length).toBeGreaterThan(9)
    expect(failed.filter((name) => !/two (?:Authorization headers|tokens)/.test(name))).toEqual([])
  }, 120_000)

  test('holds what was sent against what is answered in every refusal', () => {
    const careless = cases
      .flatMap(({ exchanges }) => exchanges)
      .filter(({ request }) => request.headers.some(([, value]) => /ey\w+\.\w+\./.test(value)))
      .filter(({ expected }) => !expected.never.some((text) => text.startsWith('ey')))
    expect(careless).toEqual([])
  })
})
