import { copyCases } from './archives/copies.ts'
import { fileCases } from './archives/files.ts'
import { mountCases } from './archives/mounts.ts'
import { nameCases } from './archives/names.ts'
import { rawArchiveCases } from './archives/raw-archives.ts'
import { contextCases } from './builds/contexts.ts'
import { buildCases } from './builds/images.ts'
import { trustCases } from './builds/trusted.ts'
import type { ContractCase } from './case.ts'
import { changing } from './changes/changes.ts'
import { eventCases } from './changes/events.ts'
import { composeDownCases } from './compose/down.ts'
import { composeCases } from './compose/projects.ts'
import { fieldCases } from './container-specs/fields.ts'
import { surroundings } from './container-specs/surroundings.ts'
import { textCases } from './container-specs/texts.ts'
import { creating } from './containers/create.ts'
import { listing } from './containers/list.ts'
import { removing } from './containers/remove.ts'
import { starting } from './containers/start.ts'
import { stopping } from './containers/stop.ts'
import { waiting } from './containers/wait.ts'
import { collected } from './exec/collect.ts'
import { endings } from './exec/endings.ts'
import { interactive } from './exec/interactive.ts'
import { sources } from './exec/sources.ts'
import { inputs } from './exec/inputs.ts'
import { scopedImageCases } from './helpers/scoped-images.ts'
import { scopeCases } from './helpers/scopes.ts'
import { waitCases } from './helpers/waits.ts'
import { imageCases } from './images/images.ts'
import { transferCases } from './images/transfers.ts'
import { networkCases } from './networks/networks.ts'
import { logs } from './streams/logs.ts'
import { abortsMidway } from './traits/abort.ts'
import { badArguments } from './traits/arguments.ts'
import { closing } from './traits/close.ts'
import { everyMethod } from './traits/every-method.ts'
import { infoAndCapabilities } from './traits/info.ts'
import { sourceCases } from './traits/sources.ts'
import { badValues } from './traits/values.ts'
import { usageCases } from './usage/usage.ts'
import { volumeCases } from './volumes/volumes.ts'

/** Every case, in the order in which they run. */
export const cases: readonly ContractCase[] = [
  ...infoAndCapabilities,
  ...everyMethod,
  ...badArguments,
  ...badValues,
  ...sourceCases,
  ...abortsMidway,
  ...closing,
  ...imageCases,
  ...transferCases,
  ...buildCases,
  ...contextCases,
  ...trustCases,
  ...creating,
  ...fieldCases,
  ...surroundings,
  ...textCases,
  ...starting,
  ...stopping,
  ...waiting,
  ...removing,
  ...listing,
  ...collected,
  ...interactive,
  ...inputs,
  ...sources,
  ...endings,
  ...logs,
  ...fileCases,
  ...copyCases,
  ...mountCases,
  ...nameCases,
  ...rawArchiveCases,
  ...usageCases,
  ...networkCases,
  ...volumeCases,
  ...changing,
  ...eventCases,
  ...composeCases,
  ...composeDownCases,
  ...waitCases,
  ...scopeCases,
  ...scopedImageCases,
]
