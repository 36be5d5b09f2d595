import argon2 from 'argon2'

/** Argon2id with 19 MiB and two passes, which OWASP names as the least; about 30 ms. */
const COST = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** @returns the hash with its salt and cost, as one text */
export const hashPassword = (password: string): Promise<string> => argon2.hash(password, COST)

export const isPassword = (hash: string, password: string): Promise<boolean> => argon2.verify(hash, password)
