import { createAuthorizer, type Authorizer, type Policy } from '@portcullis/core'

/** What is said of a token where no policy is: `public` looks at none, `optional` lets it be absent. */
type Opening = 'public' | 'optional'

/** What a route asks of its requests. */
export interface RouteAccess {
  readonly token: Opening | 'required'
  /** All policies of controller and handler. */
  readonly authorize?: Authorizer
}

// Strings, and no symbols of this module: what a second copy of this package requires must be seen as well.
const OPENING = 'portcullis:opening'
const POLICIES = 'portcullis:policies'

/** Opens a controller or a handler. Where both openings are said of one, the stricter holds. */
export function addOpening(subject: object, opening: Opening): void {
  if (openingOf(subject) !== 'optional') Reflect.defineMetadata(OPENING, opening, subject)
}

/** Adds to what is required already, by a decorator beside it or by a base class. */
export function addPolicies(subject: object, policies: readonly Policy[]): void {
  Reflect.defineMetadata(POLICIES, [...policiesOf(subject), ...policies], subject)
}

/** What controller and handler ask for together. A policy of either closes what either calls public. */
export function readRouteAccess(controller: object, handler: object): RouteAccess {
  const policies = [...policiesOf(controller), ...policiesOf(handler)]
  const token = openingOf(handler) ?? openingOf(controller) ?? 'required'
  if (policies.length === 0) return { token }
  return { token: token === 'public' ? 'required' : token, authorize: createAuthorizer(...policies) }
}

/** A subclass inherits what its base class requires. */
function policiesOf(subject: object): readonly Policy[] {
  return (Reflect.getMetadata(POLICIES, subject) as readonly Policy[] | undefined) ?? []
}

/** A subclass does not inherit what its base class opens: it must say so itself. */
function openingOf(subject: object): Opening | undefined {
  return Reflect.getOwnMetadata(OPENING, subject) as Opening | undefined
}
