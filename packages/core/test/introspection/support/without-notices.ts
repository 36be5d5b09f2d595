// oidc-provider says at start what is on purpose here: its store is in memory, and Node 20 is welcome.
const { warn } = console
console.warn = (...parts: readonly unknown[]) => {
  if (!String(parts[0]).includes('oidc-provider WARNING')) warn(...parts)
}
