import { archiveMutants } from './archives.ts'
import { buildMutants } from './builds.ts'
import { callMutants } from './calls.ts'
import { changeMutants } from './changes.ts'
import { composeMutants } from './compose.ts'
import { containerSpecMutants } from './container-specs.ts'
import { containerMutants } from './containers.ts'
import type { Mutant } from './mutant.ts'
import { processMutants } from './processes.ts'
import { helperMutants } from './helpers.ts'
import { interactiveMutants } from './interactive.ts'
import { resourceMutants } from './resources.ts'
import { sourceMutants } from './sources.ts'
import { transferMutants } from './transfers.ts'
import { usageMutants } from './usage.ts'

/** Every mutant of the fake. */
export const mutants: readonly Mutant[] = [
  ...callMutants,
  ...containerMutants,
  ...containerSpecMutants,
  ...sourceMutants,
  ...transferMutants,
  ...buildMutants,
  ...processMutants,
  ...interactiveMutants,
  ...archiveMutants,
  ...usageMutants,
  ...resourceMutants,
  ...changeMutants,
  ...composeMutants,
  ...helperMutants,
]
