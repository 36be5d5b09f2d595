import { ConfigurationError, type TrustedIssuerOptions } from '@portcullis/core'
import { tmpdir } from 'node:os'
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from '../envelope/digest.js'
import type { ContentEncoding } from '../envelope/envelope.js'
import { httpTransport, type HttpTransportOptions } from '../http/http-transport.js'
import {
  type OptionReader,
  clockOrSystem,
  functionOf,
  nonEmptyString,
  numberBetween,
  oneOf,
  optional,
  readOptions,
  wholeNumberBetween,
  withMethods,
} from '@portcullis/core/internal'
import { streamName } from '../options/stream-name.js'
import type { Statement, SyncSigner } from '../trust/sync-signer.js'
import type { SenderEvent } from './sender-event.js'
import type { Outbox } from './outbox.js'
import type { Transport } from './transport.js'

/** Where to send to: by HTTP, or by a transport of your own. */
export type ReceiverAddress = {
  /** The name of the receiver: the `aud` of envelopes. */
  readonly name: string
} & (HttpTransportOptions | { readonly transport: Transport })

/** Gets a token of an issuer that binds what is stated: `typ: sync+jwt`, the audience and each of the claims. */
export type TokenSource = (statement: Statement) => Promise<string>

interface Signed {
  /** Signs by the sender's own key: `createSyncSigner({ issuer, keyRing })`. */
  readonly signer: SyncSigner
  readonly tokenSource?: never
  readonly sender?: never
}

interface Vouched {
  /** Asked for each attempt, so that tokens are as short-lived as you like. */
  readonly tokenSource: TokenSource
  /** The `sub` that the issuer writes: the name of this sender, which receipts are for. */
  readonly sender: string
  readonly signer?: never
}

export type SenderOptions = (Signed | Vouched) & {
  readonly receiver: ReceiverAddress
  /**
   * Whose receipts are believed, by default those that the receiver signs by its name, with keys that are discovered
   * from it. `null`, written out, believes whatever the connection brings: for receivers without a `signer`, by TLS.
   */
  readonly receipts:
    | (Partial<Pick<TrustedIssuerOptions, 'issuer'>> &
        Pick<TrustedIssuerOptions, 'keys' | 'algorithms' | 'allowInsecureHttp' | 'clockTolerance'>)
    | null
  readonly stream: string
  /** `await createSqlOutbox({ database, stream })`. */
  readonly outbox: Outbox
  /** Compresses batches before they are signed; default `identity`, which does not. */
  readonly encoding?: ContentEncoding
  /** Default `sha-256`. */
  readonly digest?: DigestAlgorithm
  /** The version of the schema of the data; default 1. */
  readonly schema?: number
  /** Records of a batch at most, default 1,000, and bytes after which a batch is closed, before compression, default 1 MiB. */
  readonly batch?: { readonly records?: number; readonly bytes?: number }
  /** Seconds to wait after the first failure, default 0.5, and at most, default 60; each failure doubles it. */
  readonly backoff?: { readonly first?: number; readonly most?: number }
  /** Failures in a row after which `push` gives up, 1 to 1,000,000; default 10. */
  readonly attempts?: number
  /** Bytes of a batch that are kept in memory while it is sent, default 1 MiB; what is larger goes to a temporary file. */
  readonly memoryBytes?: number
  readonly spoolFolder?: string
  readonly onEvent?: (event: SenderEvent) => void
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

export interface SenderSettings {
  readonly signer: SyncSigner | undefined
  readonly tokenSource: TokenSource | undefined
  readonly sender: string | undefined
  readonly receiver: { readonly name: string; readonly transport: Transport }
  readonly receipts: Readonly<Record<string, unknown>> | null
  readonly stream: string
  readonly outbox: Outbox
  readonly encoding: ContentEncoding
  readonly digest: DigestAlgorithm
  readonly schema: number
  readonly batch: { readonly records: number; readonly bytes: number }
  readonly backoff: { readonly first: number; readonly most: number }
  readonly attempts: number
  readonly memoryBytes: number
  readonly spoolFolder: string
  readonly onEvent: (event: SenderEvent) => void
  readonly clock: () => number
}

const TEBIBYTE = 2 ** 40

const receiver: OptionReader<SenderSettings['receiver']> = (value, option) => {
  if (typeof value !== 'object' || value === null) {
    throw new ConfigurationError(
      option,
      "expects { name, url }, such as { name: 'https://shop-b.example.com', url }",
    )
  }
  const { name: given, transport, ...http } = value as { name: unknown; transport: unknown; url: string }
  const name = nonEmptyString(given, `${option}.name`)
  if (transport === undefined) return { name, transport: httpTransport(http) }
  return {
    name,
    transport: withMethods<Transport>(['send'], 'a transport')(transport, `${option}.transport`),
  }
}

const receipts: OptionReader<SenderSettings['receipts']> = (value, option) => {
  if (value === null) return null
  if (typeof value === 'object' && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  throw new ConfigurationError(
    option,
    "is missing: say how the receiver's answers are proven, { keys } for its signed receipts; only null, written out, leaves it to the connection",
  )
}

/** @throws ConfigurationError */
export function readSenderOptions(options: SenderOptions): SenderSettings {
  const settings = readOptions<SenderSettings>('createSender()', options, {
    signer: optional(
      withMethods<SyncSigner>(['envelope'], 'createSyncSigner({ issuer, keyRing })'),
      undefined,
    ),
    tokenSource: optional(functionOf<TokenSource>('answers a token'), undefined),
    sender: optional(nonEmptyString, undefined),
    receiver,
    receipts,
    stream: streamName,
    outbox: withMethods<Outbox>(
      ['read', 'progress', 'keep', 'digestAt'],
      'await createSqlOutbox({ database, stream })',
    ),
    encoding: optional(oneOf(['identity', 'gzip'] as const), 'identity'),
    digest: optional(oneOf(DIGEST_ALGORITHMS), 'sha-256'),
    schema: optional(wholeNumberBetween(1, Number.MAX_SAFE_INTEGER, 'version'), 1),
    batch: (value, option) =>
      readOptions(option, value ?? {}, {
        records: optional(wholeNumberBetween(1, 100_000_000, 'records'), 1000),
        bytes: optional(wholeNumberBetween(1, TEBIBYTE, 'bytes'), 2 ** 20),
      }),
    backoff: (value, option) =>
      readOptions(option, value ?? {}, {
        first: optional(numberBetween(0.001, 3600, 'seconds'), 0.5),
        most: optional(numberBetween(0.001, 86_400, 'seconds'), 60),
      }),
    attempts: optional(wholeNumberBetween(1, 1_000_000, 'attempts'), 10),
    memoryBytes: optional(wholeNumberBetween(0, 2 ** 30, 'bytes'), 2 ** 20),
    spoolFolder: optional(nonEmptyString, tmpdir()),
    onEvent: optional(functionOf<SenderSettings['onEvent']>('is told what happens'), () => undefined),
    clock: clockOrSystem,
  })
  if ((settings.signer === undefined) === (settings.tokenSource === undefined)) {
    throw new ConfigurationError('signer', 'or tokenSource must be given, and not both')
  }
  if ((settings.tokenSource === undefined) !== (settings.sender === undefined)) {
    throw new ConfigurationError('sender', 'belongs to tokenSource: the sub that the issuer writes')
  }
  return settings
}
