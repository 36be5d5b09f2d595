import {
  createApiKeys,
  createClientSecret,
  createIssuer,
  createKeyRing,
  staticClients,
  toNodeHandler,
  type ApiKeys,
  type Issuer,
  type KeyRing,
} from '@portcullis/issuer'
import express from 'express'
import { listen, type Listening, type RequestHandler } from './listen.js'
import { registeredClients } from './registered-clients.js'

export interface RunningIssuer extends Listening {
  /** The `iss` of its tokens, and all that a service has to know of it. */
  readonly issuer: string
  readonly keyRing: KeyRing
  readonly apiKeys: ApiKeys
  /** The one of billing; in a system of yours it is shown once, where the client is registered. */
  readonly billingSecret: string
  /** What the application's own login route calls, once it knows who the user is. */
  readonly signIn: Issuer['signIn']
  /** How many tokens each client has got from the token endpoint. */
  readonly issued: ReadonlyMap<string, number>
}

/** Starts the issuer: its keys, its clients, its API keys, and its endpoints in Express. */
export async function startIssuer(clock: () => number): Promise<RunningIssuer> {
  const listening = await listen((request, response) => answer(request, response))

  const keyRing = createKeyRing({ clock })
  const apiKeys = createApiKeys({ prefix: 'shop_live', clock })
  const billing = createClientSecret()
  const issued = new Map<string, number>()
  const issuer = createIssuer({
    issuer: listening.url,
    keyRing,
    apiKeys,
    clients: staticClients(registeredClients(billing.digest)),
    clock,
    onEvent({ kind, clientId = '' }) {
      if (kind === 'token_issued') issued.set(clientId, (issued.get(clientId) ?? 0) + 1)
    },
  })
  const answer: RequestHandler = express().use(toNodeHandler(issuer.handler))

  return {
    ...listening,
    issuer: listening.url,
    keyRing,
    apiKeys,
    billingSecret: billing.secret,
    signIn: (request) => issuer.signIn(request),
    issued,
  }
}
