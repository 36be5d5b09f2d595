/** What was used last, up to so many entries; the one that nobody has asked for longest goes first. */
export interface Recent<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
}

export function createRecent<V>(most: number): Recent<V> {
  const entries = new Map<string, V>()
  const set = (key: string, value: V) => {
    entries.delete(key)
    entries.set(key, value)
    if (entries.size > most) {
      // A Map keeps the order in which keys came.
      const [oldest] = entries.keys()
      if (oldest !== undefined) entries.delete(oldest)
    }
  }
  return {
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) set(key, value)
      return value
    },
    set,
    delete(key) {
      entries.delete(key)
    },
  }
}
