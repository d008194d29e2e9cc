import { archiveMutants } from './archives.ts'
import { callMutants } from './calls.ts'
import { changeMutants } from './changes.ts'
import { containerSpecMutants } from './container-specs.ts'
import { containerMutants } from './containers.ts'
import type { Mutant } from './mutant.ts'
import { processMutants } from './processes.ts'
import { resourceMutants } from './resources.ts'

/** Every mutant of the fake. */
export const mutants: readonly Mutant[] = [
  ...callMutants,
  ...containerMutants,
  ...containerSpecMutants,
  ...processMutants,
  ...archiveMutants,
  ...resourceMutants,
  ...changeMutants,
]
