import * as core from '@portcullis/core'
import { createTestClock } from '@portcullis/testing'
import { replayStoreContract, revocationStoreContract } from '@portcullis/testing/contracts'

const time = createTestClock()
const clock = {
  now: time,
  advance: (seconds: number) => {
    time.advance(seconds)
  },
}
const inMemory = <Store>(make: (capacity?: number) => Store) => ({
  clock,
  open: () => ({ store: make() }),
  openWithRoomFor: (entries: number) => ({ store: make(entries) }),
})

describe('memoryReplayStore', () => {
  const contract = replayStoreContract(
    inMemory((capacity = 2000) => core.memoryReplayStore({ capacity, clock: time })),
  )
  test.each(contract.map(({ name, run }) => [name, run]))('%s', (_, run) => run())
})

describe('memoryRevocationStore', () => {
  const contract = revocationStoreContract(
    core,
    inMemory((capacity = 2000) => core.memoryRevocationStore({ capacity, clock: time })),
  )
  test.each(contract.map(({ name, run }) => [name, run]))('%s', (_, run) => run())
})
