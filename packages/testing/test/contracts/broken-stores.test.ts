import * as core from '@portcullis/core'
import { memorySessionStore } from '@portcullis/session'
import { createTestClock } from '@portcullis/testing'
import {
  replayStoreContract,
  revocationStoreContract,
  sessionStoreContract,
  type ContractCheck,
  type ContractSubject,
  type ReplayStoreLike,
  type RevocationLike,
  type RevocationStoreLike,
  type SessionStoreLike,
  type StoredSessionLike,
} from '@portcullis/testing/contracts'

const time = createTestClock()
const clock = {
  now: time,
  advance: (seconds: number) => {
    time.advance(seconds)
  },
}

/** The names of the promises that are not kept, of those that are looked at. */
async function broken(contract: readonly ContractCheck[], promise = /./): Promise<readonly string[]> {
  const names: string[] = []
  for (const { name, run } of contract.filter((check) => promise.test(check.name))) {
    await run().catch(() => names.push(name))
  }
  return names
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the contract of replay stores finds', () => {
  type Claim = ReplayStoreLike['claim']
  /** A store that has one fault, on top of the sound one. */
  const faulty = (fault: (sound: Claim, capacity: number) => Claim): ContractSubject<ReplayStoreLike> => {
    const open = (capacity = 5000) => {
      const sound = core.memoryReplayStore({ capacity, clock: time })
      return { store: { claim: fault((id, end) => sound.claim(id, end), capacity) } }
    }
    return { clock, open: () => open(), openWithRoomFor: open }
  }
  const map = (make: (entries: Map<string, number>, capacity: number) => Claim) =>
    faulty((_, capacity) => make(new Map(), capacity))

  const FAULTS: Readonly<Record<string, readonly [RegExp, ContractSubject<ReplayStoreLike>]>> = {
    'a look and a write that are two steps': [
      /64 parallel/,
      map((entries) => async (id, end) => {
        const known = (entries.get(id) ?? 0) > time()
        await turn()
        if (!known) entries.set(id, end)
        return !known
      }),
    ],
    'a store that lets everybody in': [/first who claims/, faulty(() => () => true)],
    'a store that lets nobody in': [/first who claims/, faulty(() => () => false)],
    'numbers for answers': [
      /first who claims/,
      faulty((sound) => async (id, end) => Number(await sound(id, end)) as never),
    ],
    'a store that drops the oldest when it is full': [
      /^rejects when it is full/,
      map((entries, capacity) => (id, end) => {
        if ((entries.get(id) ?? 0) > time()) return false
        if (entries.size >= capacity) entries.delete(entries.keys().next().value!)
        entries.set(id, end)
        return true
      }),
    ],
    'a full store that says no': [
      /^rejects when it is full/,
      faulty((sound) => async (id, end) => {
        try {
          return await sound(id, end)
        } catch {
          return false
        }
      }),
    ],
    'a store that never forgets': [/forgets an id when/, faulty((sound) => (id) => sound(id, time() + 1e6))],
    'a store that forgets after a second': [
      /remembers an id until/,
      faulty((sound) => (id, end) => sound(id, Math.min(end, time() + 1))),
    ],
    'whole seconds, cut off': [
      /remembers an id until/,
      faulty((sound) => (id, end) => sound(id, Math.floor(end) - 1)),
    ],
    'a loser that sets the time': [
      /a claim that loses/,
      map((entries) => (id, end) => {
        const known = (entries.get(id) ?? 0) > time()
        entries.set(id, end)
        return !known
      }),
    ],
    'ids without their case': [/look alike/, faulty((sound) => (id, end) => sound(id.toLowerCase(), end))],
    'ids that are trimmed': [/look alike/, faulty((sound) => (id, end) => sound(id.trim(), end))],
    'ids that are cut': [/512 characters/, faulty((sound) => (id, end) => sound(id.slice(0, 500), end))],
    'an object for a map': [
      /look alike/,
      faulty(() => {
        const entries: Record<string, number> = {}
        return (id, end) => {
          if ((entries[id] ?? 0) > time() || typeof entries[id] === 'function') return false
          entries[id] = end
          return true
        }
      }),
    ],
    'a clean-up that takes the living along': [
      /living among many/,
      map((entries) => (id, end) => {
        if ([...entries.values()].some((each) => each <= time())) entries.clear()
        if (entries.has(id)) return false
        entries.set(id, end)
        return true
      }),
    ],
    'milliseconds in 32 bits': [
      /ten years/,
      faulty((sound) => (id, end) => sound(id, time() + (((end - time()) * 1000) | 0) / 1000)),
    ],
    'a time that is no number': [
      /no finite number/,
      map((entries) => (id, end) => {
        if ((entries.get(id) ?? 0) > time()) return false
        entries.set(id, end)
        return true
      }),
    ],
    'two processes with a memory each': [
      /two processes/,
      {
        clock,
        open: () => ({
          store: core.memoryReplayStore({ clock: time }),
          sibling: core.memoryReplayStore({ clock: time }),
        }),
      },
    ],
    'a store without a server that lets everybody in': [
      /cannot be reached/,
      {
        clock,
        open: () => ({ store: core.memoryReplayStore({ clock: time }) }),
        openUnreachable: () => ({ store: { claim: () => true } }),
      },
    ],
  }

  test.each(Object.entries(FAULTS))('%s', async (_, [promise, subject]) => {
    expect(await broken(replayStoreContract(subject), promise)).toHaveLength(1)
  })

  test('nothing in a sound store, however it answers', async () => {
    const later = faulty((sound) => async (id, end) => {
      const answer = sound(id, end)
      await turn()
      return answer
    })
    expect(await broken(replayStoreContract(faulty((sound) => sound)))).toEqual([])
    expect(await broken(replayStoreContract(later))).toEqual([])
  })
})

describe('the contract of revocation stores finds', () => {
  type Token = core.Auth<unknown>
  type Store = RevocationStoreLike<Token>
  const faulty = (fault: (sound: core.MemoryRevocationStore) => Partial<Store>): ContractSubject<Store> => {
    const open = (capacity = 5000) => {
      const sound = core.memoryRevocationStore({ capacity, clock: time })
      return {
        store: {
          isRevoked: (token: Token) => sound.isRevoked(token),
          revoke: (revocation: RevocationLike) => {
            sound.revoke(revocation)
          },
          ...fault(sound),
        },
      }
    }
    return { clock, open: () => open(), openWithRoomFor: open }
  }
  const revoking = (change: (revocation: RevocationLike) => object) =>
    faulty((sound) => ({
      revoke: (revocation) => {
        sound.revoke(change(revocation) as RevocationLike)
      },
    }))

  const FAULTS: Readonly<Record<string, readonly [RegExp, ContractSubject<Store>]>> = {
    'a store that revokes nothing': [/by its id/, faulty(() => ({ isRevoked: () => false }))],
    'a store that revokes everything': [/nothing by itself/, faulty(() => ({ isRevoked: () => true }))],
    'an answer that is merely truthy': [
      /by its id/,
      faulty((sound) => ({ isRevoked: async (token) => ((await sound.isRevoked(token)) ? 1 : 0) as never })),
    ],
    'a revocation that is not there yet when it answers': [
      /next question/,
      faulty((sound) => ({
        revoke: (revocation) => {
          setImmediate(() => {
            sound.revoke(revocation)
          })
        },
      })),
    ],
    'mistakes that pass in silence': [
      /would revoke nothing/,
      faulty((sound) => ({
        revoke: (revocation) => {
          try {
            sound.revoke(revocation)
          } catch (error) {
            if (!(error instanceof TypeError)) throw error
          }
        },
      })),
    ],
    'a full store that passes in silence': [
      /^rejects when it is full/,
      faulty((sound) => ({
        revoke: (revocation) => {
          try {
            sound.revoke(revocation)
          } catch (error) {
            if (error instanceof TypeError) throw error
          }
        },
      })),
    ],
    'a second that counts as before itself': [
      /issued before a second$/,
      revoking((revocation) =>
        'issuedBefore' in revocation
          ? { ...revocation, issuedBefore: revocation.issuedBefore + 1 }
          : revocation,
      ),
    ],
    'a subject that is revoked for good': [
      /of a subject/,
      revoking((revocation) =>
        'issuedBefore' in revocation ? { ...revocation, issuedBefore: Number.POSITIVE_INFINITY } : revocation,
      ),
    ],
    'ids without their case': [
      /look alike/,
      revoking((revocation) =>
        'tokenId' in revocation && typeof revocation.tokenId === 'string'
          ? { ...revocation, tokenId: revocation.tokenId.toLowerCase() }
          : revocation,
      ),
    ],
    'issuers without their slash': [
      /issuers apart/,
      faulty((sound) => ({
        isRevoked: (token) => token.issuer.endsWith('/') || sound.isRevoked(token),
      })),
    ],
    'an end that comes early': [
      /until its time is over/,
      revoking((revocation) => ({ ...revocation, until: Math.min(revocation.until, time() + 1) })),
    ],
    'an end that never comes': [
      /not longer/,
      revoking((revocation) => ({
        ...revocation,
        until: Number.isFinite(revocation.until) ? revocation.until + 1e6 : revocation.until,
      })),
    ],
    'a last one that wins': [
      /longer of two/,
      faulty(() => {
        const byId = new Map<string, number>()
        return {
          revoke: (revocation) => {
            if ('tokenId' in revocation) byId.set(revocation.tokenId, revocation.until)
          },
          isRevoked: (token) => (byId.get(String((token.claims as { jti?: string }).jti)) ?? 0) > time(),
        }
      }),
    ],
    'two processes with a memory each': [
      /next question/,
      {
        clock,
        open: () => ({
          store: core.memoryRevocationStore({ clock: time }),
          sibling: core.memoryRevocationStore({ clock: time }),
        }),
      },
    ],
    'a store without a server that revokes nothing': [
      /cannot be reached/,
      {
        clock,
        open: () => ({ store: core.memoryRevocationStore({ clock: time }) }),
        openUnreachable: () => ({
          store: { isRevoked: () => false, revoke: () => Promise.reject(new Error('gone')) },
        }),
      },
    ],
  }

  test.each(Object.entries(FAULTS))('%s', async (_, [promise, subject]) => {
    expect(await broken(revocationStoreContract(core, subject), promise)).toHaveLength(1)
  })

  test('nothing in a sound store, however it answers', async () => {
    const later = faulty((sound) => ({
      isRevoked: async (token) => {
        await turn()
        return sound.isRevoked(token)
      },
      revoke: async (revocation) => {
        await turn()
        sound.revoke(revocation)
      },
    }))
    expect(await broken(revocationStoreContract(core, later))).toEqual([])
  })
})

describe('the contract of session stores finds', () => {
  const faulty = (
    fault: (sound: SessionStoreLike, kept: Map<string, StoredSessionLike>) => Partial<SessionStoreLike>,
  ): ContractSubject<SessionStoreLike> => {
    const open = (capacity = 5000) => {
      const sound = memorySessionStore({ capacity, clock: time })
      return { store: { ...sound, ...fault(sound, new Map()) } }
    }
    return { clock, open: () => open(), openWithRoomFor: open }
  }

  const FAULTS: Readonly<Record<string, readonly [RegExp, ContractSubject<SessionStoreLike>]>> = {
    'a look and a write that are two steps': [
      /brings nothing back/,
      faulty((_, kept) => ({
        create: (session) => Promise.resolve(void kept.set(session.id, session)),
        find: (id) => Promise.resolve(kept.get(id)),
        list: () => Promise.resolve([...kept.values()]),
        remove: (id) => Promise.resolve(void kept.delete(id)),
        async touch(id, seen) {
          const session = kept.get(id)
          await turn()
          if (session !== undefined) kept.set(id, { ...session, ...seen })
          return session
        },
      })),
    ],
    'a use that creates': [
      /does not create/,
      faulty((sound) => ({
        async touch(id, seen) {
          const created = { id, subject: 'alice', signInId: '', createdAt: 0, expiresAt: 1e12, device: '' }
          if ((await sound.find(id)) === undefined) await sound.create({ ...created, ...seen })
          return sound.touch(id, seen)
        },
      })),
    ],
    'a use that is not kept': [
      /notes that a session was used/,
      faulty((sound) => ({
        touch: async (id, seen) => ({ ...(await sound.find(id))!, ...seen }),
      })),
    ],
    'a use that does not prolong': [
      /not one that was used/,
      faulty((sound) => ({
        touch: async (id, seen) =>
          sound.touch(id, { ...seen, idleExpiresAt: (await sound.find(id))?.idleExpiresAt ?? 0 }),
      })),
    ],
    'a store that never forgets': [
      /idle for too long/,
      faulty((sound) => ({ create: (session) => sound.create({ ...session, idleExpiresAt: 1e12 }) })),
    ],
    'a list with the dead in it': [
      /idle for too long/,
      faulty((sound, kept) => ({
        create(session) {
          kept.set(session.id, session)
          return sound.create(session)
        },
        list: (subject) => Promise.resolve([...kept.values()].filter((each) => each.subject === subject)),
      })),
    ],
    'a clean-up that takes the living along': [
      /living among many/,
      faulty((_, kept) => ({
        create(session) {
          if ([...kept.values()].some((each) => each.idleExpiresAt <= time())) kept.clear()
          return Promise.resolve(void kept.set(session.id, session))
        },
        find: (id) => Promise.resolve(kept.get(id)),
        list: () => Promise.resolve([...kept.values()]),
      })),
    ],
    'users without their case': [
      /look alike/,
      faulty((sound) => ({
        create: (session) => sound.create({ ...session, subject: session.subject.toLowerCase() }),
      })),
    ],
    'a name of a browser that is cut': [
      /gives back what it was given/,
      faulty((sound) => ({
        create: (session) => sound.create({ ...session, device: session.device.slice(0, 100) }),
      })),
    ],
    'a list that loses what comes at once': [
      /signs in many times at once/,
      faulty((sound) => {
        let listed: readonly string[] = []
        return {
          async create(session) {
            const before = listed
            await turn()
            listed = [...before, session.id]
            await sound.create(session)
          },
          list: async (subject) => (await sound.list(subject)).filter(({ id }) => listed.includes(id)),
        }
      }),
    ],
    'a full store that forgets the oldest': [
      /^rejects when it is full/,
      faulty((sound) => ({ create: (session) => sound.create(session).catch(() => undefined) })),
    ],
    'two processes with a memory each': [
      /through every process/,
      {
        clock,
        open: () => ({
          store: memorySessionStore({ clock: time }),
          sibling: memorySessionStore({ clock: time }),
        }),
      },
    ],
    'a store without a server that knows of nobody': [
      /cannot be reached/,
      {
        clock,
        open: () => ({ store: memorySessionStore({ clock: time }) }),
        openUnreachable: () => ({ store: memorySessionStore({ clock: time }) }),
      },
    ],
  }

  test.each(Object.entries(FAULTS))('%s', async (_, [promise, subject]) => {
    expect(await broken(sessionStoreContract(subject), promise)).toHaveLength(1)
  })

  test('nothing in a sound store, however it answers', async () => {
    const later = faulty((sound) => ({
      async find(id) {
        await turn()
        return sound.find(id)
      },
    }))
    expect(await broken(sessionStoreContract(later))).toEqual([])
  })
})

test('each store is closed when its check is over, whatever came of it', async () => {
  const events: string[] = []
  const contract = replayStoreContract({
    clock,
    open: () => {
      events.push('open')
      return Promise.resolve({
        store: { claim: () => true },
        close: async () => {
          await turn()
          events.push('close')
        },
      })
    },
  })
  const failed = await broken(contract)
  expect(failed.length).toBeGreaterThan(0)
  expect(events).toEqual(contract.flatMap(() => ['open', 'close']))
})

test('every check has a name of its own, and what cannot be opened is not checked', () => {
  const subject = { clock, open: () => ({ store: core.memoryReplayStore() }) }
  const all = replayStoreContract({
    ...subject,
    openWithRoomFor: subject.open,
    openUnreachable: subject.open,
  })
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  expect(replayStoreContract(subject).length).toBe(all.length - 3)
})
