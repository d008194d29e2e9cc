import { must, type Clauses } from './clause.ts'

export const containers = {
  'create.does-not-start': must('createContainer makes a container that is `created` and has never run.'),
  'create.name': must('The container has the given name, or one that the engine chose, and is found by it.'),
  'create.name-conflict': must('A name that is taken rejects with NAME_CONFLICT; `details.holderId` says who has it.'),
  'create.image-missing': must(
    'A missing image rejects with IMAGE_NOT_FOUND; it is not pulled unless `pullPolicy` says so.',
  ),
  'create.pull-policy': must('`pullPolicy: "missing"` brings an image that the engine lacks.'),
  'create.network-missing': must('A missing network rejects with NETWORK_NOT_FOUND, and no container is left.'),
  'create.source-missing': must(
    'A bind whose source does not exist rejects with PATH_NOT_FOUND, and no container is left.',
  ),
  'create.labels': must('Labels come back as they were given: empty values, `=`, quotes and every script included.'),
  'create.operation-label': must('Everything that a runtime creates carries the label `org.moorage.operation`.'),
  'create.spec': must('Environment, user, working directory and hostname are what the process observes.'),
  'create.entrypoint': must('A given entrypoint replaces the image’s, and the command follows it.'),

  'run.starts': must('runContainer creates and starts.'),
  'run.undone': must('runContainer removes what it created when the start fails.'),

  'start.running': must('startContainer of a running container is a no-op.'),
  'start.exited-job': must('startContainer of a job that exits at once resolves.'),
  'start.again': must('A container that has exited can be started again.'),
  'start.failed': must(
    'A process that cannot start rejects with CONTAINER_START_FAILED, with `reason` `not-found` and 127, or `not-executable` and 126.',
  ),
  'start.port': must('A published port is told by inspect once the start has resolved.'),
  'start.port-address': must('A port with a `hostAddress` is published on that address and no other.'),
  'start.port-in-use': must('A host port that is taken rejects with PORT_IN_USE, naming the port and its holder.'),

  'stop.idle': must('stopContainer of one that has stopped, or was never started, is a no-op.'),
  'stop.signal': must('stopContainer sends the stop signal, and the process may end by itself with its own exit code.'),
  'stop.timeout': must('After `timeoutMs` the process is killed: exit code 137.'),
  'stop.at-once': must('`timeoutMs: 0` kills at once.'),
  'stop.settled': must('When stopContainer has resolved, inspect no longer says running.'),
  'stop.paused': must('A paused container is stopped too.'),

  'kill.settled': must('When a SIGKILL has resolved, inspect no longer says running, and the exit code is 137.'),
  'kill.signal': must('Another signal is delivered, and the process may handle it.'),
  'kill.not-running': must('killContainer of one that does not run rejects with CONTAINER_NOT_RUNNING.'),

  'wait.exit-code': must('waitContainer resolves with the exit code of the process.'),
  'wait.exited': must('waitContainer of one that has exited resolves at once, also again and again.'),
  'wait.many': must('Any number of waits end with one exit.'),
  'wait.not-started': must('waitContainer of one that was never started rejects with CONTAINER_NOT_STARTED.'),
  'wait.next-exit': must('`next-exit` waits for the next exit, also of a container that was not started yet.'),
  'wait.removed': must('`removed` resolves once the container is gone, with its exit code.'),
  'wait.auto-remove': must(
    'With `autoRemove` the exit code of a container that this runtime has started is kept until close.',
  ),
  'wait.auto-remove-name': must(
    'A kept exit code is found by the name of the latest container that held it; where that one has none, the wait rejects with CONTAINER_NOT_FOUND.',
  ),
  'wait.auto-remove-restarted': must('The kept exit code of a container that was restarted is that of its last exit.'),
  'wait.next-exit-removed': must(
    '`next-exit` rejects with CONTAINER_NOT_FOUND when the container is removed before it exits again.',
  ),

  'remove.name-free': must('When removeContainer has resolved, the name can be used again.'),
  'remove.running': must('removeContainer of a running container rejects with CONTAINER_IS_RUNNING, and it runs on.'),
  'remove.force': must('`force` removes a running container.'),
  'remove.concurrent': must('Removes of one container at the same time all resolve.'),
  'remove.missing': must('A missing container rejects with CONTAINER_NOT_FOUND; with `missing: "ignore"` it resolves.'),
  'remove.volumes': must('`removeVolumes` removes anonymous volumes, and named ones stay.'),

  'inspect.life': must('inspectContainer tells status, times and exit code through the container’s life.'),
  'inspect.spec': must(
    'inspectContainer tells image, command, environment, labels, user, directory and mounts as they were asked for.',
  ),
  'inspect.by-name': must('A container is found by its id and by its name.'),

  'list.stopped': must('listContainers includes stopped containers.'),
  'list.order': must('listContainers lists the newest first, also within one second.'),
  'list.labels': must('A label filter matches key and value exactly; an empty value matches only an empty value.'),
  'list.label-keys': must('`labelKeys` matches whatever the value is.'),
  'list.name': must('A name filter matches the whole name.'),
  'list.status': must('A status filter matches any of the given ones.'),
  'list.all-conditions': must('All given conditions must hold.'),
  'find.newest': must('findContainer answers the most recently created match, also within one second.'),
  'find.none': must('findContainer and findContainerByLabel answer `undefined` when nothing matches.'),

  'health.healthy': must('A healthcheck that succeeds turns `health` from `starting` to `healthy`.'),
  'health.none': must('Without a healthcheck, or with `healthcheck: false`, `health` is `none`.'),
} as const satisfies Clauses
