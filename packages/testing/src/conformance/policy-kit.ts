/** What a route requires, as data: the names are those of the policies of `@portcullis/core`. */
export type Requirement =
  | { readonly hasScope: string }
  | { readonly hasRole: string }
  | { readonly hasPermission: string }
  | { readonly hasAcr: string }
  | { readonly authenticatedWithin: number }
  | { readonly allOf: readonly Requirement[] }
  | { readonly anyOf: readonly Requirement[] }
  | { readonly not: Requirement }

/** The policies of `@portcullis/core`, which this package does not import: pass the module, or the adapter's. */
export interface PolicyKit<P> {
  readonly hasScope: (scope: string) => P
  readonly hasRole: (role: string) => P
  readonly hasPermission: (permission: string) => P
  readonly hasAcr: (value: string) => P
  readonly authenticatedWithin: (seconds: number) => P
  readonly allOf: (...policies: readonly P[]) => P
  readonly anyOf: (...policies: readonly P[]) => P
  readonly not: (policy: P) => P
}

/** The policy that a requirement describes. */
export function policyOf<P>(requirement: Requirement, kit: PolicyKit<P>): P {
  const made = (requirements: readonly Requirement[]) => requirements.map((one) => policyOf(one, kit))
  if ('hasScope' in requirement) return kit.hasScope(requirement.hasScope)
  if ('hasRole' in requirement) return kit.hasRole(requirement.hasRole)
  if ('hasPermission' in requirement) return kit.hasPermission(requirement.hasPermission)
  if ('hasAcr' in requirement) return kit.hasAcr(requirement.hasAcr)
  if ('authenticatedWithin' in requirement) return kit.authenticatedWithin(requirement.authenticatedWithin)
  if ('allOf' in requirement) return kit.allOf(...made(requirement.allOf))
  if ('anyOf' in requirement) return kit.anyOf(...made(requirement.anyOf))
  return kit.not(policyOf(requirement.not, kit))
}
