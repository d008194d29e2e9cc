/** One sentence of the contract. */
export interface Clause {
  /** MUST: without it a backend does not conform. SHOULD: it does, and says so. */
  readonly level: 'MUST' | 'SHOULD'
  readonly text: string
  /** Why no case proves it; every other clause has at least one. */
  readonly untested?: string
}

/** The clauses of one area by their ids. */
export type Clauses = Readonly<Record<`${string}.${string}`, Clause>>

export const must = (text: string): Clause => ({ level: 'MUST', text })

export const should = (text: string): Clause => ({ level: 'SHOULD', text })

/** A sentence that holds, and that no case can prove everywhere. */
export const untested = (text: string, reason: string): Clause => ({ level: 'MUST', text, untested: reason })
