/** The parts of the benchmark, in the order in which they run, and what each of them shows. */
export const PARTS = {
  tokens: 'what one token costs, new, again and refused',
  keys: 'keys from an endpoint that is slow, and a flood of unknown key ids',
  proofs: 'bound, encrypted and revoked tokens',
  http: 'requests to servers of each framework, bare, with ours and with its peers',
  memory: 'what a remembered token takes, and whether a million tokens leave something behind',
  start: 'what importing costs a service at its start',
  scale: 'what verifying costs as tokens, roles, issuers and keys become more',
  sync: 'records from one database to another, signed, and the same transfer without signing',
  files: 'files encrypted, decrypted, read in parts and stored',
  services: 'making tokens: signed a second, and a token endpoint under load',
  redis: 'shared state: how soon a revocation is in force, and what a check and a claim cost',
}
