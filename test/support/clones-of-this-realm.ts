// Jest runs tests in a realm of their own, and what structuredClone makes is of another one: oidc-provider would take
// the keys of its clients for no plain objects.
globalThis.structuredClone = <T>(value: T) => JSON.parse(JSON.stringify(value)) as T
