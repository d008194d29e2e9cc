import { archives } from './archives.ts'
import { builds } from './builds.ts'
import { calls } from './calls.ts'
import { changes } from './changes.ts'
import type { Clause } from './clause.ts'
import { compose } from './compose.ts'
import { containerSpecs } from './container-specs.ts'
import { containers } from './containers.ts'
import { helpers } from './helpers.ts'
import { images } from './images.ts'
import { processes } from './processes.ts'
import { resources } from './resources.ts'
import { usage } from './usage.ts'

/** The clauses by area, in the order of the page. */
export const areas = {
  calls,
  images,
  builds,
  containers,
  containerSpecs,
  processes,
  archives,
  usage,
  resources,
  changes,
  compose,
  helpers,
} as const

type AllClauses = typeof calls &
  typeof images &
  typeof builds &
  typeof containers &
  typeof containerSpecs &
  typeof processes &
  typeof archives &
  typeof usage &
  typeof resources &
  typeof changes &
  typeof compose &
  typeof helpers

/** The id of a clause; a case that cites another one does not compile. */
export type ClauseId = keyof AllClauses

/** Every clause by its id. */
export const clauses: Readonly<Record<ClauseId, Clause>> = Object.freeze({
  ...calls,
  ...images,
  ...builds,
  ...containers,
  ...containerSpecs,
  ...processes,
  ...archives,
  ...usage,
  ...resources,
  ...changes,
  ...compose,
  ...helpers,
})
