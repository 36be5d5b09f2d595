import { ConfigurationError, createAuthorizer, type Authorizer, type Policy } from '@portcullis/core'
import { boolean, type OptionReader, optional, readOptions } from '@portcullis/core/internal'
import { isStreamName } from '../options/stream-name.js'

export interface StreamOptions {
  /**
   * Who may write the stream: `sentBy('https://shop-a.example.com')`, `hasScope('sync:orders')` of an issuer's tokens,
   * or any other policy.
   */
  readonly allow: Policy
  /** The versions of the schema that `apply` understands; default `[1]`. A lower one is refused after a higher one. */
  readonly schemas?: readonly number[]
  /**
   * Whether each record must have a version above the one that was applied of its id, deletions included: for streams
   * that several senders write. Default false.
   */
  readonly versioned?: boolean
}

export interface StreamSettings {
  readonly authorize: Authorizer
  readonly schemas: readonly number[]
  readonly versioned: boolean
}

const schemas: OptionReader<readonly number[]> = (value, option) => {
  const fits =
    Array.isArray(value) && value.length > 0 && value.every((each) => Number.isSafeInteger(each) && each >= 1)
  if (fits) return Object.freeze([...(value as number[])])
  throw new ConfigurationError(option, 'expects a list of versions, such as [1, 2]')
}

const allow: OptionReader<Authorizer> = (value, option) => {
  if (value === undefined) {
    throw new ConfigurationError(
      option,
      "is missing: say who may write, such as sentBy('https://a.example.com')",
    )
  }
  return createAuthorizer(value as Policy)
}

/** Reads `streams`: by name, what holds for each. */
export const streams: OptionReader<ReadonlyMap<string, StreamSettings>> = (value, option) => {
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    Object.keys(value).length === 0
  ) {
    throw new ConfigurationError(
      option,
      "expects at least one stream, such as { orders: { allow: sentBy('...') } }",
    )
  }
  return new Map(
    Object.entries(value).map(([name, given]: [string, unknown]) => {
      if (!isStreamName(name)) {
        throw new ConfigurationError(
          option,
          'has a name with other characters than letters, digits, . _ and -',
        )
      }
      const {
        allow: authorize,
        schemas: supported,
        versioned,
      } = readOptions(`${option}.${name}`, given, {
        allow,
        schemas: optional(schemas, Object.freeze([1])),
        versioned: optional(boolean, false),
      })
      return [name, Object.freeze({ authorize, schemas: supported, versioned })] as const
    }),
  )
}
