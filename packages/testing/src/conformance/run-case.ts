import { differences } from './compare.js'
import type { ConformanceCase } from './conformance-case.js'
import { converse } from './raw-connection.js'
import type { ServiceName } from './services.js'

/** How a service did in one case. */
export interface CaseResult {
  readonly case: ConformanceCase
  readonly passed: boolean
  /** What was wrong, one sentence each; empty when the case passed. */
  readonly differences: readonly string[]
}

/**
 * Sends the requests of one case and compares the answers. A server that fails to answer has failed the case;
 * nothing is thrown.
 *
 * @param baseUrl `http://host:port` of the case's service
 */
export async function runCase(one: ConformanceCase, baseUrl: string): Promise<CaseResult> {
  const found: string[] = []
  try {
    const responses = await answers(one, baseUrl)
    const { exceptOne } = one
    const exceptions = responses.filter(
      (response) => exceptOne !== undefined && differences(response, exceptOne).length === 0,
    )
    if (exceptOne !== undefined && exceptions.length !== 1) {
      found.push(
        `exactly one answer must have status ${exceptOne.status.join(' or ')}, got ${exceptions.length}`,
      )
    }
    one.exchanges.forEach(({ expected }, index) => {
      const response = responses[index]
      if (response === undefined || exceptions.includes(response)) return
      const label = one.exchanges.length > 1 ? `request ${index + 1}: ` : ''
      found.push(...differences(response, expected).map((difference) => label + difference))
    })
  } catch (error) {
    found.push(error instanceof Error ? error.message : String(error))
  }
  return { case: one, passed: found.length === 0, differences: found }
}

/**
 * Runs cases one after the other.
 *
 * @param baseUrls the base URL of each service; every one that the cases name must be there
 */
export async function* runConformance(
  cases: readonly ConformanceCase[],
  baseUrls: Readonly<Record<ServiceName, string>>,
): AsyncGenerator<CaseResult, void, undefined> {
  for (const one of cases) yield await runCase(one, baseUrls[one.service])
}

async function answers({ delivery, exchanges }: ConformanceCase, baseUrl: string) {
  const requests = exchanges.map(({ request }) => request)
  if (delivery !== 'parallel') return converse(baseUrl, requests, delivery === 'pipelined')
  const each = await Promise.all(requests.map((request) => converse(baseUrl, [request], false)))
  return each.flat()
}
