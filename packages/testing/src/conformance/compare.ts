import { isDeepStrictEqual } from 'node:util'
import type { Expectation } from './conformance-case.js'
import type { RawResponse } from './raw-response.js'

/** What differs between an answer and what was expected, one sentence each; empty when it is right. */
export function differences(response: RawResponse, expected: Expectation): readonly string[] {
  const found: string[] = []
  if (!expected.status.includes(response.status)) {
    found.push(`status: expected ${expected.status.join(' or ')}, got ${response.status}`)
  }
  for (const [name, value] of Object.entries(expected.headers)) {
    const got = valuesOf(response, name)
    if (!isAsWanted(got, value)) found.push(`${name}: expected ${shown(value)}, got ${shown(...got)}`)
  }
  if (expected.mediaType !== undefined) {
    const type = valuesOf(response, 'content-type')[0]?.split(';')[0]?.trim()
    if (type !== expected.mediaType) {
      found.push(`Content-Type: expected ${expected.mediaType}, got ${type ?? 'none'}`)
    }
  }
  if (expected.json !== undefined && !isDeepStrictEqual(parsed(response.body), expected.json)) {
    found.push(`body: expected ${JSON.stringify(expected.json)}, got ${response.body.slice(0, 500)}`)
  }
  if (expected.empty === true && response.body !== '') found.push('body: expected none')
  for (const text of expected.never) {
    if (response.text.includes(text)) found.push(`answer: must not contain ${text.slice(0, 40)}`)
  }
  return found
}

function valuesOf({ headers }: RawResponse, name: string): readonly string[] {
  return headers.filter(([candidate]) => candidate === name.toLowerCase()).map(([, value]) => value)
}

function isAsWanted(got: readonly string[], wanted: string | RegExp | null): boolean {
  if (wanted === null) return got.length === 0
  const [value = '', ...others] = got
  if (others.length > 0 || got.length === 0) return false
  return typeof wanted === 'string' ? value === wanted : wanted.test(value)
}

function shown(...values: readonly (string | RegExp | null)[]): string {
  const texts = values.map((value) =>
    typeof value === 'string' ? JSON.stringify(value) : String(value ?? 'none'),
  )
  return texts.join(' and ') || 'none'
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
