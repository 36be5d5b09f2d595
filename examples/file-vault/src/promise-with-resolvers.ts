interface Resolvers {
  promise: Promise<unknown>
  resolve: (value: unknown) => void
  reject: (reason: unknown) => void
}

/** What Node 20 does not have, and the packages of Helia need; Node 22 has it. */
const constructor = Promise as unknown as { withResolvers?: () => Resolvers }
constructor.withResolvers ??= () => {
  const made: Partial<Resolvers> = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made as Resolvers
}

export {}
