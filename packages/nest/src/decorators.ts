import { ConfigurationError, createAuthorizer, type Policy } from '@portcullis/core'
import { addOpening, addPolicies } from './route-access.js'

/** Goes on a controller or on a handler. */
export type RouteDecorator = ClassDecorator & MethodDecorator

/**
 * Opens a handler, or every handler of a controller, to everybody. No token is looked at, and nobody is
 * authenticated: `@CurrentAuth()` throws there. It opens nothing that an `@Authorize()` on either of the two closes,
 * and is not inherited by subclasses.
 */
export function Public(): RouteDecorator {
  return decorate('@Public()', (subject) => {
    addOpening(subject, 'public')
  })
}

/**
 * Lets requests without a token pass as anonymous; a bad token is refused all the same. `@CurrentAuth()` is
 * undefined for anonymous requests. It is not inherited by subclasses.
 */
export function OptionalAuthentication(): RouteDecorator {
  return decorate('@OptionalAuthentication()', (subject) => {
    addOpening(subject, 'optional')
  })
}

/**
 * Requires policies, beside a valid token. All must hold: those of the controller, of its base classes and of the
 * handler, however many decorators they stand in.
 *
 * @throws ConfigurationError while the class is being defined, when no policy is given or something else is
 */
export function Authorize(...policies: readonly Policy[]): RouteDecorator {
  try {
    createAuthorizer(...policies)
  } catch (cause) {
    throw new ConfigurationError(
      '@Authorize()',
      "expects at least one policy, and policies only, such as hasRole('admin')",
      cause,
    )
  }
  return decorate('@Authorize()', (subject) => {
    addPolicies(subject, policies)
  })
}

function decorate(name: string, apply: (subject: object) => void): RouteDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const subject: unknown = key === undefined ? target : descriptor?.value
    if (typeof subject !== 'function') {
      throw new ConfigurationError(name, 'belongs on a controller or on one of its methods')
    }
    apply(subject)
  }
}
