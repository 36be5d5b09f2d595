// oidc-provider says what is on purpose here: its store is in memory, its defaults will do, and Node 20 is welcome.
const { info, warn } = console
const unlessNotice =
  (print: (...parts: unknown[]) => void) =>
  (...parts: unknown[]) => {
    if (!/oidc-provider (?:WARNING|NOTICE)/.test(String(parts[0]))) print(...parts)
  }
console.warn = unlessNotice(warn)
console.info = unlessNotice(info)
