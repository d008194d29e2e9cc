import { must, type Clauses } from './clause.ts'

/** Projects of several services, described by files of the compose specification. */
export const compose = {
  'compose.up': must(
    'composeUp brings the services of a project up, those first that others depend on, and resolves with all of them.',
  ),
  'compose.up-again': must('A second composeUp recreates nothing: the containers are the same.'),
  'compose.up-changed': must(
    'A service whose description has changed is recreated, and only it; `noRecreate` keeps all.',
  ),
  'compose.up-services': must(
    'composeUp with `services` starts those and what they depend on, and needs no env file of a service whose profile is disabled.',
  ),
  'compose.wait': must(
    '`wait` resolves once every service runs, is healthy, or, being a job, has ended with 0; one that fails rejects with COMPOSE_FAILED naming it.',
  ),
  'compose.deadline': must(
    'At `waitTimeoutMs` composeUp rejects with COMPOSE_FAILED naming a service that is not ready.',
  ),
  'compose.volumes-stay': must('A composeUp that fails removes no volume.'),
  'compose.down': must(
    'composeDown removes containers and networks of the project, and volumes if asked; a second one is a no-op; the name is enough.',
  ),
  'compose.down-external': must(
    'With files, composeDown keeps the volumes that they declare external, whatever their labels.',
  ),
  'compose.down-orphans': must(
    'With files, composeDown keeps services that they do not name; with `removeOrphans` it removes them.',
  ),
  'compose.down-other-project': must(
    'With files, composeDown keeps the containers and volumes of a project of the same name in another folder.',
  ),
  'compose.ps': must('composePs tells service, container, status, health and exit code of each.'),
  'compose.find': must(
    'findComposeContainer finds the container of a service that runs, and is `undefined` otherwise.',
  ),
  'compose.logs': must('composeLogs tells lines with the service that wrote them.'),
  'compose.config': must('composeConfig tells the files merged, in their order, with variables filled in.'),
  'compose.config-dollars': must(
    'composeConfig returns values as containers get them: a doubled dollar in the files is one dollar.',
  ),
  'compose.malformed': must(
    'A file that is missing or malformed, and a service that nobody knows, reject with COMPOSE_FAILED and its `kind`.',
  ),
  'compose.files': must('`details.files` of such a failure has the absolute path of the file that it is about.'),
  'compose.unknown-profile': must(
    'A profile that no service has rejects with COMPOSE_FAILED of the kind `unknown-profile` naming it, and makes nothing.',
  ),
  'compose.abort': must('An abort of composeUp rejects at once; what was made is found by the project’s name.'),
} as const satisfies Clauses
