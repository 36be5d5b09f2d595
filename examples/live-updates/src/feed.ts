export interface Price {
  readonly item: string
  readonly price: number
}

/** What is pushed to whoever listens. */
export interface Feed {
  publish(price: Price): void
  /** Answers the way to stop listening. */
  listen(listener: (price: Price) => void): () => void
  /** How many listen now. */
  listeners(): number
}

export function createFeed(): Feed {
  const listeners = new Set<(price: Price) => void>()
  return {
    publish(price) {
      for (const listener of listeners) listener(price)
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    listeners: () => listeners.size,
  }
}
