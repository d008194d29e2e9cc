import { archiveDifference, archivePatternDifference } from './archives.ts'
import { bindSourceDifference } from './bind-sources.ts'
import type { Difference } from './difference.ts'
import { droppedFieldDifferences } from './dropped-fields.ts'
import { failureDifferences } from './failures.ts'
import { forcedRemovalDifference } from './forced-removal.ts'
import { healthcheckDifference } from './healthchecks.ts'
import { mangledTextDifferences } from './mangled-texts.ts'
import { stateDifferences } from './states.ts'

/** Everything that the adapter evens out; those without a file of their own are fields of the dialect. */
export const differences: readonly Difference[] = [
  ...failureDifferences,
  ...stateDifferences,
  ...droppedFieldDifferences,
  ...mangledTextDifferences,
  archiveDifference,
  archivePatternDifference,
  bindSourceDifference,
  forcedRemovalDifference,
  healthcheckDifference,
  {
    what: 'Arguments of a healthcheck are joined, and cut again at their blanks.',
    seenOn: '5.4',
    forcedBy: 'containers/names/are-the-same-or-refused',
  },
  {
    what: 'The engine’s id is another one for every question.',
    seenOn: '5.4',
    forcedBy: 'calls/info/is-the-same-for-two-runtimes-of-one-engine',
  },
  {
    what: 'A container’s own MAC address is dropped in silence; that of its network’s endpoint is not.',
    seenOn: '5.4',
    forcedBy: 'containers/spec/macAddress-is-honoured-or-refused',
  },
  {
    what: 'A network that is in use is removed when it is called by its id, and refused when it is called by its name.',
    seenOn: '5.4',
    forcedBy: 'networks/members/are-told-and-hold-it',
  },
  {
    what: 'A wait looks at the container four times a second and does not see an exit before a quick start.',
    seenOn: '5.4',
    forcedBy: 'changes/restart/ends-and-starts',
  },
  {
    what: 'A restart without a timeout gives the process no time at all.',
    seenOn: '5.4',
    forcedBy: 'changes/restart/ends-and-starts',
  },
  {
    what: 'A change of the networks of a paused container is accepted, and breaks its lists, inspections and removals.',
    seenOn: '5.4',
    forcedBy: 'changes/pause/keeps-its-networks-consistent',
  },
  {
    what: 'A paused container cannot be stopped.',
    seenOn: '5.4, 5.8',
    forcedBy: 'containers/stop/stops-what-is-paused',
  },
  {
    what: 'An exec that never started is told by its exit code and output; its process id is forgotten.',
    seenOn: '5.4',
    forcedBy: 'exec/collect/says-why-a-process-cannot-start',
  },
  {
    what: 'Short image names come back with the registry that they were taken for.',
    seenOn: '5.4, 5.8',
    forcedBy: 'containers/inspect/tells-what-was-asked-for',
  },
  {
    what: 'Events say remove and died where Docker says destroy and die, and name a volume among the attributes only.',
    seenOn: '5.4',
    forcedBy: 'events/others/networks-and-volumes',
  },
  {
    what: 'Images are built in a format that has no healthchecks, and the inspection of an image leaves them out.',
    seenOn: '5.4',
    forcedBy: 'builds/image/has-its-healthcheck',
  },
  {
    what: 'A malformed line of a Dockerfile fails only when its step comes, in words of the builder’s own.',
    seenOn: '5.4',
    forcedBy: 'builds/dockerfile/that-is-wrong-is-told-by-its-line',
  },
  {
    what: 'The network mode of a build is dropped in silence when it is told by its name.',
    seenOn: '5.4',
    forcedBy: 'builds/steps/have-the-surroundings-that-were-asked-for',
  },
  {
    what: 'Steps of a stage that begins with nothing are taken from builds for any platform.',
    seenOn: '5.4',
    forcedBy: 'builds/image/is-for-the-platform-that-was-asked-for',
  },
  {
    what: 'Steps see the files that are in the context only for the builder.',
    seenOn: '5.4',
    forcedBy: 'builds/context/leaves-out-what-is-ignored',
  },
]
