import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as core from '@portcullis/core'
import type { RefreshFamily, RefreshOutcome } from '@portcullis/issuer'
import type { StoredSession } from '@portcullis/session'
import {
  refreshTokenStoreContract,
  replayStoreContract,
  revocationStoreContract,
  sessionStoreContract,
  type ContractCheck,
} from '@portcullis/testing/contracts'
import { createRandom } from './support/random.ts'
import { startRedis, withRedis, type RunningRedis } from './support/redis-server.ts'
import { buildStoreProgram, startStoreProcess, type StoreProcess } from './support/store-processes.ts'

/** More of them: `PORTCULLIS_KILLS=500 npx jest packages/redis/test/processes`. */
const KILLS = Number(process.env.PORTCULLIS_KILLS ?? 8)
const PROCESSES = 4

const clock = { now: () => Date.now() / 1000, advance: (seconds: number) => wait(seconds * 1000) }

withRedis('four processes on one Redis', () => {
  let folder: string
  let program: string
  let redis: RunningRedis
  let processes: readonly StoreProcess[]
  const startAll = (settings: { port: number; durable?: boolean }) => {
    const prefix = randomUUID()
    return Promise.all(
      Array.from({ length: PROCESSES }, () => startStoreProcess(program, { ...settings, prefix })),
    )
  }
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portcullis-processes-'))
    program = await buildStoreProgram(folder)
    redis = await startRedis()
    processes = await startAll({ port: redis.port })
  }, 120_000)
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()))
    await redis.stop()
    rmSync(folder, { recursive: true })
  })

  describe('keep the contracts of core, issuer and session', () => {
    let turn = 0
    const ask = <T>(task: string, ...given: readonly unknown[]): Promise<T> =>
      processes[turn++ % PROCESSES]!.ask<T>(task, ...given)
    const run = (checks: readonly ContractCheck[]) => {
      test.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) => check.run())
    }
    /** The processes are shared by the checks, so that each has ids of its own. */
    const apart = () => {
      const mark = randomUUID()
      return (id: string) => `${mark} ${id}`
    }
    describe('replay', () => {
      run(
        replayStoreContract({
          clock,
          open() {
            const own = apart()
            return { store: { claim: (id, end) => ask<boolean>('claim', own(id), end) } }
          },
        }),
      )
    })
    describe('refresh', () => {
      run(
        refreshTokenStoreContract({
          clock,
          open() {
            const own = apart()
            return {
              store: {
                create: (family) => ask('create', { ...family, id: own(family.id) }),
                async find(id) {
                  const found = await ask<RefreshFamily | undefined>('find', own(id))
                  return found && { ...found, id }
                },
                rotate: (step) => ask<RefreshOutcome>('rotate', { ...step, familyId: own(step.familyId) }),
                revoke: (id, now) => ask('end', own(id), now),
              },
            }
          },
        }),
      )
    })
    describe('sessions', () => {
      run(
        sessionStoreContract({
          clock,
          open() {
            const space = randomUUID()
            return {
              store: {
                create: (session) => ask('keepSession', space, session),
                find: (id) => ask<StoredSession | undefined>('findSession', space, id),
                touch: (id, seen) => ask<StoredSession | undefined>('touchSession', space, id, seen),
                list: (subject) => ask<StoredSession[]>('listSessions', space, subject),
                remove: (id) => ask('removeSession', space, id),
              },
            }
          },
        }),
      )
    })
    describe('revocation', () => {
      run(
        revocationStoreContract(core, {
          clock,
          open() {
            const space = randomUUID()
            return {
              store: {
                revoke: (revocation) => ask('revoke', space, revocation),
                isRevoked: (token: core.Auth) => ask<boolean>('isRevoked', space, token.token),
              },
              close: () => Promise.all(processes.map((each) => each.ask('closeRevocations', space))),
            }
          },
        }),
      )
    })
  })

  test('10,000 claims of 1,000 ids let each id pass exactly once', async () => {
    const mark = randomUUID()
    const ids = Array.from({ length: 10_000 }, (_, index) => `${mark} ${index % 1000}`)
    const shares = processes.map((_, own) =>
      ids.filter((__, index) => Math.floor(index / 1000) % PROCESSES === own),
    )
    const answers = await Promise.all(
      processes.map((each, own) => each.ask<boolean[]>('claims', shares[own]!, clock.now() + 60)),
    )
    const passed = answers.flatMap((each, own) => shares[own]!.filter((_, index) => each[index]))
    expect(passed).toHaveLength(1000)
    expect(new Set(passed).size).toBe(1000)
  })

  test('100 refreshes of one token get one successor, and a stolen one ends the sign-in', async () => {
    interface Answer {
      readonly status: number
      readonly refresh_token: string
    }
    const [first, last] = [processes[0]!, processes.at(-1)!]
    const stolen = await first.ask<string>('signIn')
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => processes[index % PROCESSES]!.ask<Answer>('refresh', stolen)),
    )
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    const successors = new Set(answers.map((each) => each.refresh_token))
    expect(successors.size).toBe(1)
    const next = await last.ask<Answer>('refresh', [...successors][0])
    expect(next.status).toBe(200)
    expect(await first.ask('refresh', stolen)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await last.ask('refresh', next.refresh_token)).toMatchObject({ status: 400 })
  })

  test('all of them publish the same keys', async () => {
    const sets = await Promise.all(processes.map((each) => each.ask<object>('jwks')))
    expect(new Set(sets.map((set) => JSON.stringify(set))).size).toBe(1)
  })
})

withRedis('kill -9', () => {
  interface Answer {
    readonly status: number
    readonly refresh_token?: string
  }

  test('of a process or of Redis at any moment lets nothing pass twice and loses no sign-in', async () => {
    const { seed, below } = createRandom('kill -9 of processes and of Redis')
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-kills-'))
    const program = await buildStoreProgram(folder)
    const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
    const settings = { port: redis.port, prefix: randomUUID(), durable: true }
    const processes = await Promise.all(Array.from({ length: 3 }, () => startStoreProcess(program, settings)))
    try {
      const passed: string[] = []
      const sessions = await Promise.all(
        processes.map(async (each) => ({ token: await each.ask<string>('signIn') })),
      )
      const refusals: Answer[] = []
      let working = true
      let id = 0
      const until = async (work: (process: StoreProcess) => Promise<void>) => {
        while (working) {
          // What is not answered any more is what nobody learns of.
          await work(processes[below(processes.length)]!).catch(() => wait(5))
        }
      }
      const claiming = until(async (process) => {
        const own = `id ${(id += 1)}`
        const tries = [process, ...processes].map((each) =>
          each.ask<boolean>('claim', own, Date.now() / 1000 + 600).catch(() => false),
        )
        for (const answer of await Promise.all(tries)) if (answer) passed.push(own)
      })
      const refresh = async (session: { token: string }, process: StoreProcess) => {
        const answer = await process.ask<Answer>('refresh', session.token)
        if (answer.status === 200 && answer.refresh_token !== undefined) session.token = answer.refresh_token
        else if (answer.status !== 503) refusals.push(answer)
      }
      const refreshing = sessions.map((session) => until((process) => refresh(session, process)))
      for (let kill = 0; kill < KILLS; kill++) {
        await wait(20 + below(120))
        const victim = below(processes.length + 1)
        const process = processes[victim]
        if (process === undefined) {
          await redis.kill()
          await redis.restart()
        } else {
          await process.kill()
          processes[victim] = await startStoreProcess(program, settings)
        }
      }
      working = false
      await Promise.all([claiming, ...refreshing])
      for (const session of sessions) await refresh(session, processes[0]!)
      expect({ seed, refusals }).toEqual({ seed, refusals: [] })
      expect(passed.length).toBeGreaterThan(KILLS)
      const twice = passed.filter((each, index) => passed.indexOf(each) !== index)
      expect({ seed, twice }).toEqual({ seed, twice: [] })
      // All that has passed is still known.
      const again = await processes[1]!.ask<boolean[]>('claims', passed, Date.now() / 1000 + 600)
      expect({ seed, again: again.filter(Boolean) }).toEqual({ seed, again: [] })
    } finally {
      await Promise.all(processes.map((each) => each.kill()))
      await redis.stop()
      rmSync(folder, { recursive: true })
    }
  }, 600_000)
})
