import { conformanceCases } from './cases/index.js'
import type { ConformanceCase } from './conformance-case.js'
import { createServices, type ConformanceService } from './services.js'
import { createTokens } from './tokens.js'

/** The table for one run, and the services to start for it. */
export interface Conformance {
  readonly services: readonly ConformanceService[]
  readonly cases: readonly ConformanceCase[]
}

/**
 * Makes keys, tokens, the descriptions of the services and the table that they must answer to.
 *
 * Synchronous, so that a test runner can list one test for each case. Start a server for each of `services`,
 * then pass each of `cases` to `runCase` with the base URL of its service.
 */
export function createConformance(): Conformance {
  const tokens = createTokens(Math.floor(Date.now() / 1000))
  return { services: createServices(tokens), cases: conformanceCases(tokens) }
}
