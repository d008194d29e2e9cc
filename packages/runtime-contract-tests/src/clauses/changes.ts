import { must, type Clauses } from './clause.ts'

/** The gated verbs that change what exists, prunes, and events. */
export const changes = {
  'restart.running': must('restartContainer ends the process and starts it anew.'),
  'restart.idle': must('restartContainer of one that does not run starts it.'),
  'pause.stops': must('A paused container is `paused` and its process does not go on; unpause lets it.'),
  'pause.networks': must(
    'connectNetwork and disconnectNetwork of a paused container take effect, or reject with CONTAINER_NOT_RUNNING and change nothing where the engine cannot do it; the container can be listed, inspected and removed either way.',
  ),
  'pause.twice': must('Pausing what is paused, and unpausing what runs, are no-ops.'),
  'pause.idle': must('Pausing or unpausing what does not run rejects with CONTAINER_NOT_RUNNING.'),
  'rename.renames': must('renameContainer gives the new name and frees the old one.'),
  'rename.conflict': must('A name that is taken rejects with NAME_CONFLICT, naming the holder.'),
  'rename.same': must('Renaming to its own name is a no-op.'),
  'update.restart': must('updateContainer changes the restart policy.'),
  'update.keeps': must('What an update does not name stays as it is; an update of nothing changes nothing.'),
  'update.resources': must('updateContainer changes the limits of what runs, at once, and inspect tells them.'),
  'restart-policy.restarts': must(
    'A container with a restart policy is started again when it fails, as often as the policy says.',
  ),
  'connect.joins': must('connectNetwork adds a running container to a network with its aliases, and twice is a no-op.'),
  'connect.leaves': must('disconnectNetwork takes it out, and twice is a no-op.'),

  'prune.labelled': must(
    'A prune removes what has the labels and is not in use, resolves with its ids, and leaves everything else.',
  ),
  'prune.labels-required': must('A prune without labels is refused with INVALID_ARGUMENT.'),

  'events.life': must('events() tells create, start, die and destroy of a container, in this order, with its labels.'),
  'events.since': must('`since` tells what happened after that time, and `until` ends the stream.'),
  'events.filter': must('`kinds` and `labels` leave out everything else.'),
  'events.other-kinds': must('Networks and volumes tell create and destroy.'),
} as const satisfies Clauses
