import type { IncomingMessage, ServerResponse } from 'node:http'
import { ANSWERS, drip, send } from './answers.js'
import { passed } from './delay.js'
import type { Documents } from './documents.js'
import { strike, type ActiveFault } from './fault.js'
import type { RequestLog } from './request-log.js'
import { METHOD_NOT_ALLOWED, rightAnswer } from './right-answer.js'

/** What a server is told while it runs. */
export interface Conduct {
  faults: ActiveFault[]
  cacheControl: string | undefined
}

/** Answers one request: counted when it arrives, struck by at most one fault. */
export function createRequestHandler(documents: Documents, log: RequestLog, conduct: Conduct) {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = request
    const path = url.replace(/\?.*$/s, '')
    const document = documents.find(path)
    // The fault is chosen before anybody who waits for this request can end it.
    const fault = strike(conduct.faults, document?.kind) ?? {}
    log.record({ method, path, document: document?.kind, headers })
    await passed(fault.delay, response)
    if (response.destroyed) return
    const right = method === 'GET' ? rightAnswer(document, fault, conduct.cacheControl) : METHOD_NOT_ALLOWED
    if (fault.drip !== undefined) drip(response, right, fault.drip)
    else (fault.answer === undefined ? send : ANSWERS[fault.answer])(response, right)
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    // An issuer of one's own may throw when it is read: that is said in the answer, and ends no process.
    answer(request, response).catch((error: unknown) => {
      send(response, {
        status: 500,
        headers: { 'content-type': 'text/plain' },
        body: Buffer.from(String(error)),
      })
    })
  }
}
