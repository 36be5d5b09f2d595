/** What an adapter offers of a request; lazy, only what the walk needs. */
export interface AuthRequest {
  readonly method: string
  /** Absolute, as the client addressed it: what a DPoP proof is made for. */
  readonly url: string
  /** Every occurrence of a header, in order; two Authorization headers are two. The name is in lower case. */
  header(name: string): readonly string[]
  /** The client's TLS certificate as DER, where there is one. */
  readonly clientCertificate?: Uint8Array | undefined
}
