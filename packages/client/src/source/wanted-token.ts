import { ConfigurationError } from '@portcullis/core'
import { createHash } from 'node:crypto'
import { ClientError } from '../client-error.js'
import { isBearerToken } from '../endpoint/token-response.js'
import { parseUrl } from '@portcullis/core/internal'
import type { OptionReader } from '@portcullis/core/internal'
import { visibleText } from '../options/visible-text.js'

/** What a token is for. */
export interface TokenTarget {
  /** The service that it is for, by the name that the issuer knows. */
  readonly audience?: string
  /** Scopes, as one text with single spaces or each by itself. */
  readonly scope?: string | readonly string[]
  /** The services that it is for, as absolute URIs (RFC 8707). */
  readonly resource?: string | readonly string[]
}

/** The same, read; `scope` undefined where the issuer decides. */
export interface Target {
  readonly audience: string | undefined
  readonly scope: readonly string[] | undefined
  readonly resource: readonly string[]
}

/** Everything that makes one token different from another of the same source. */
export interface WantedToken extends Target {
  /** The token of a user on whose behalf it is asked for (RFC 8693). */
  readonly subjectToken: string | undefined
  /** Equal for equal tokens; holds no token. */
  readonly key: string
}

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const LONGEST_NAME = 2048
const MOST_NAMES = 100

export const audience: OptionReader<string> = visibleText(LONGEST_NAME, 'the name of a service')

export const scope: OptionReader<readonly string[]> = (value, option) => {
  const list = typeof value === 'string' ? value.split(' ') : value
  const fits =
    Array.isArray(list) &&
    list.length <= MOST_NAMES &&
    list.every((each) => typeof each === 'string' && each.length <= LONGEST_NAME && SCOPE.test(each))
  if (fits) return Object.freeze([...new Set(list as string[])])
  throw new ConfigurationError(option, 'expects scopes: a text with single spaces between, or a list')
}

export const resource: OptionReader<readonly string[]> = (value, option) => {
  const list: unknown = typeof value === 'string' ? [value] : value
  const fits =
    Array.isArray(list) &&
    list.length <= MOST_NAMES &&
    list.every((each) => {
      const isShort = typeof each === 'string' && each.length <= LONGEST_NAME && !each.includes('#')
      return isShort && parseUrl(each) !== undefined
    })
  if (fits) return Object.freeze([...new Set(list as string[])])
  throw new ConfigurationError(option, 'expects absolute URIs without fragment: one, or a list')
}

/** What is asked for, with the target of the source where nothing else is said. */
export function readTarget(given: TokenTarget, defaults: Target): Target {
  return {
    audience: given.audience === undefined ? defaults.audience : audience(given.audience, 'audience'),
    scope: given.scope === undefined ? defaults.scope : scope(given.scope, 'scope'),
    resource: given.resource === undefined ? defaults.resource : resource(given.resource, 'resource'),
  }
}

/** @throws ClientError `subject_token_invalid` */
export function wantedToken(target: Target, subjectToken: string | undefined): WantedToken {
  if (subjectToken !== undefined && !isBearerToken(subjectToken)) {
    throw new ClientError('subject_token_invalid')
  }
  const subject =
    subjectToken === undefined ? null : createHash('sha256').update(subjectToken).digest('base64url')
  const { audience, scope, resource } = target
  const key = JSON.stringify([
    audience ?? null,
    scope === undefined ? null : [...scope].sort(),
    [...resource].sort(),
    subject,
  ])
  return { ...target, subjectToken, key }
}
