const moves = new WeakMap<object, (url: string) => void>()

/** Says that an issuer has no address of its own and takes that of the first server that serves it. */
export function letMove(issuer: object, move: (url: string) => unknown): void {
  moves.set(issuer, move)
}

/** Moves an issuer that may be moved; it stays there for good. */
export function moveIssuer(issuer: object, url: string): void {
  moves.get(issuer)?.(url)
  moves.delete(issuer)
}
