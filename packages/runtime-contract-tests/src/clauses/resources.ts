import { must, type Clauses } from './clause.ts'

/** Networks and volumes. */
export const resources = {
  'network.create': must('createNetwork makes a network that inspect and list tell as it was asked for.'),
  'network.idempotent': must('createNetwork of an equal one that exists resolves with it and `created: false`.'),
  'network.superset': must('More labels than asked for are no conflict.'),
  'network.conflict': must(
    'One that differs in driver, internal, subnet, options or an asked label rejects with NETWORK_CONFLICT; `details.differs` says in what.',
  ),
  'network.concurrent': must(
    'Twenty creates of one name at the same time make one network, and exactly one says `created`.',
  ),
  'network.remove-missing': must(
    'removeNetwork of a missing one resolves; with `missing: "error"` it rejects with NETWORK_NOT_FOUND.',
  ),
  'network.in-use': must('removeNetwork while a running container is attached rejects with NETWORK_IN_USE.'),
  'network.members': must(
    'inspectNetwork tells the running containers that are attached, and inspectContainer their addresses and aliases.',
  ),
  'network.list': must('listNetworks filters by exact name and labels.'),
  'network.dns': must('Containers of one network reach each other by name and alias.'),

  'volume.create': must(
    'createVolume makes a volume that inspect and list tell as it was asked for; without a name the engine chooses one.',
  ),
  'volume.idempotent': must('createVolume of an equal one that exists resolves with it and `created: false`.'),
  'volume.superset': must('More labels than asked for are no conflict.'),
  'volume.conflict': must(
    'One that differs in driver, options or an asked label rejects with VOLUME_CONFLICT; `details.differs` says in what.',
  ),
  'volume.concurrent': must(
    'Twenty creates of one name at the same time make one volume, and exactly one says `created`.',
  ),
  'volume.remove-missing': must(
    'removeVolume of a missing one resolves; with `missing: "error"` it rejects with VOLUME_NOT_FOUND.',
  ),
  'volume.in-use': must('removeVolume while a container has it, running or not, rejects with VOLUME_IN_USE.'),
  'volume.list': must('listVolumes filters by exact name and labels.'),
  'volume.shared': must('What one container writes into a volume another one that mounts it reads.'),
  'volume.survives': must('A volume survives the containers that used it.'),
} as const satisfies Clauses
