import { createAuthenticator, nodeRequest, type AuthError } from '@portcullis/core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAsPasted } from '../../../test/support/run-as-pasted.ts'
import { SECRET, setUp, type Bench } from './support/bench.ts'
import { start, type Started } from '../../../test/support/start.ts'

const folder = join(__dirname, '..')
const page = readFileSync(join(folder, '../../docs/client.md'), 'utf8')

let bench: Bench
let inventory: Started
let refusals = 0
const statuses: number[] = []

beforeAll(async () => {
  // The program has the clock of the system.
  bench = await setUp({ clock: () => Date.now() / 1000 })
  const authenticate = createAuthenticator({
    issuer: bench.url,
    audience: 'inventory-api',
    profile: 'at+jwt',
  })
  inventory = await start((url) => (request, response) => {
    const answer = (status: number, headers: Readonly<Record<string, string>>, body?: object) => {
      statuses.push(status)
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    }
    if (refusals-- > 0) {
      setTimeout(() => {
        answer(401, { 'www-authenticate': 'Bearer error="invalid_token"' }, {})
      }, 1100)
      return
    }
    authenticate(nodeRequest(request, () => url + (request.url ?? ''))).then(
      ({ subject }) => {
        answer(200, {}, { subject })
      },
      (error: unknown) => {
        answer((error as AuthError).status, (error as AuthError).headers, {})
      },
    )
  })
})
afterAll(async () => {
  await inventory.close()
  await bench.close()
})
beforeEach(() => {
  statuses.length = 0
})

/** The recipe as it stands, at the addresses of the test. */
function recipe(library: string): string {
  const section = page.split(/^### /m).find((part) => part.startsWith(`${library}\n`))!
  return /```ts\n([\s\S]*?)```/
    .exec(section)![1]!
    .replaceAll('https://id.example.com', bench.url)
    .replaceAll('https://inventory.example.com', inventory.url)
    .replaceAll("clientId: 'orders'", "clientId: 'orders:service'")
    .replaceAll("process.env.ORDERS_SECRET ?? ''", `'${SECRET}'`)
}

test.each(['undici', 'axios', 'got'])(
  'the recipe for %s calls a service, also one that refuses a token once',
  async (library) => {
    const { stdout, stderr } = await runAsPasted(recipe(library), folder)
    expect([stdout, stderr]).toEqual(["200 { subject: 'orders:service' }\n", ''])
    refusals = 1
    const again = await runAsPasted(recipe(library), folder)
    expect([again.stdout, again.stderr]).toEqual(["200 { subject: 'orders:service' }\n", ''])
    expect(statuses).toEqual([200, 401, 200])
  },
)
