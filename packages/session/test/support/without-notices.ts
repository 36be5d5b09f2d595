// oidc-provider tells of its defaults, which a test does not want to hear.
console.warn = () => undefined
console.info = () => undefined
