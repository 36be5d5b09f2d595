import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { localJwks } from '@portcullis/core'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { buildProgram } from '../../../test/support/build-program.ts'
import { createRandom } from './support/random.ts'
import { startProgram, type RunningProgram } from './support/running-program.ts'

/** More of them: `PORTCULLIS_KILLS=500 npx jest packages/issuer/test/processes`. */
const KILLS = Number(process.env.PORTCULLIS_KILLS ?? 20)
const START = 1_800_000_000

let root: string
let program: string
const running = new Set<RunningProgram>()
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'portcullis-processes-'))
  program = await buildProgram(join(__dirname, 'support/issuing-process.ts'), root)
}, 120_000)
afterEach(async () => {
  for (const each of running) await each.kill()
  running.clear()
})
afterAll(() => {
  rmSync(root, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly access_token: string
  readonly refresh_token: string
  readonly error?: string
}

async function startIssuer(keysIn: string, path: string, now = START) {
  const issuing = await startProgram(program, [keysIn, path, String(now)])
  running.add(issuing)
  const post = async (route: string, form = {}) => {
    const body = new URLSearchParams({ client_id: 'web', ...form })
    const response = await fetch(issuing.firstLine + route, { method: 'POST', body })
    return { ...((await response.json()) as object), status: response.status }
  }
  return {
    kill: () => issuing.kill(),
    signIn: async () => ((await post('/sign-in')) as unknown as { refreshToken: string }).refreshToken,
    rotate: async () => ((await post('/rotate')) as unknown as { now: number }).now,
    refresh: (token: string) =>
      post('/token', { grant_type: 'refresh_token', refresh_token: token }) as unknown as Promise<Answer>,
    jwks: async () =>
      (await (await fetch(`${issuing.firstLine}/jwks`)).json()) as {
        readonly keys: { readonly kid: string }[]
      },
  }
}
type RunningIssuer = Awaited<ReturnType<typeof startIssuer>>

test.each([
  ['one process', 1],
  ['four processes', 4],
])(
  '100 refreshes of one token in %s get one successor, and a stolen one ends the family',
  async (_, count) => {
    const path = join(root, `race-${count}`)
    const issuers = await Promise.all(Array.from({ length: count }, () => startIssuer('lmdb', path)))
    const [first] = issuers as [RunningIssuer]
    const stolen = await first.signIn()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => issuers[index % count]!.refresh(stolen)),
    )
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    const successors = new Set(answers.map(({ refresh_token }) => refresh_token))
    expect(successors.size).toBe(1)
    const next = await issuers.at(-1)!.refresh([...successors][0]!)
    expect(next.status).toBe(200)

    expect(await issuers.at(-1)!.refresh(stolen)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await first.refresh(next.refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' })
  },
)

test.each(['directory', 'lmdb'])(
  'kill -9 at any moment of a refresh and a rotation loses no session and tears no key set, with keys in %s',
  async (keysIn) => {
    const { seed, below } = createRandom(`kill -9 with keys in ${keysIn}`)
    const path = join(root, `kills-${keysIn}`)
    const survivor = await startIssuer(keysIn, path)
    const sessions = await Promise.all(
      Array.from({ length: 4 }, async () => ({ token: await survivor.signIn(), accessToken: '' })),
    )
    const refusals: unknown[] = []
    let now = START
    const refresh = async (issuer: RunningIssuer, session: (typeof sessions)[number]) => {
      const answer = await issuer.refresh(session.token)
      if (answer.status === 200) {
        Object.assign(session, { token: answer.refresh_token, accessToken: answer.access_token })
      } else {
        refusals.push(answer)
      }
    }
    const expectWholeKeys = async (issuer: RunningIssuer) => {
      const jwks = await issuer.jwks()
      expect(() => localJwks(jwks)).not.toThrow()
      expect(jwks.keys.length).toBeGreaterThanOrEqual(2)
      const published = jwks.keys.map(({ kid }) => kid)
      for (const { accessToken } of sessions) {
        if (accessToken === '' || decodeJwt(accessToken).exp! <= now) continue
        expect(published).toContain(decodeProtectedHeader(accessToken).kid)
      }
    }

    for (let kill = 0; kill < KILLS / 2; kill++) {
      const victim = await startIssuer(keysIn, path, now)
      await expectWholeKeys(victim)
      let alive = true
      // What the victim does not answer any more is what its client never learns of.
      const untilKilled = async (action: () => Promise<void>) => {
        while (alive) await action().catch(() => undefined)
      }
      const work = sessions.map((session) => untilKilled(() => refresh(victim, session)))
      const rotating = untilKilled(async () => {
        now = await victim.rotate()
      })
      await wait(below(60))
      const killed = victim.kill()
      alive = false
      await Promise.all([killed, ...work, rotating])
      for (const session of sessions) await refresh(survivor, session)
      expect({ seed, kill, refusals }).toEqual({ seed, kill, refusals: [] })
    }
    const restarted = await startIssuer(keysIn, path, now)
    await expectWholeKeys(restarted)
    for (const session of sessions) await refresh(restarted, session)
    expect({ seed, refusals }).toEqual({ seed, refusals: [] })
  },
  60_000 + KILLS * 1000,
)
