import { must, should, type Clauses } from './clause.ts'

/** Images made from a Dockerfile. */
export const builds = {
  'build.image': must(
    'buildImage resolves with the id of an image that has what its Dockerfile says, on top of what its base has.',
  ),
  'build.healthcheck': must('A HEALTHCHECK of the Dockerfile is the image’s.'),
  'build.tags': must('Every tag that was asked for names the new image; a build that fails moves none.'),
  'build.labels': must('Labels of the spec are the image’s, and win over those of the Dockerfile.'),
  'build.arguments': must('Build arguments are the values of what ARG declares; without one its default is.'),
  'build.target': must('`target` names the stage that becomes the image; what it does not need is not built.'),
  'build.platform': must('The image is for the platform that was asked for.'),
  'build.contexts': must(
    'A directory, files in memory and a tar stream give the same image; so does a Dockerfile by its path and as a text, which is then no part of the context.',
  ),
  'build.ignored': must(
    'What the ignore file leaves out no step sees: the last pattern that fits decides, `!` takes back, `**` is any number of folders; `NAME.dockerignore` goes before `.dockerignore`.',
  ),
  'build.names': must(
    'Names in any script, and with blanks, `%` and `+`, are copied and ignored as they are written; one of them changes nothing for the other patterns of the ignore file.',
  ),
  'build.archive-order': must(
    'Of a tar stream that names a path more than once, the last entry of the path is in the context, as `tar -x` leaves it; a hard link keeps the file that it was made of.',
  ),
  'build.entries': must(
    'Files of a directory keep their modes, their names and, being links, where they lead to; empty folders are kept; everything belongs to root.',
  ),
  'build.apart': must('Two directories that look the same never see each other’s files.'),
  'build.missing-directory': must(
    'A directory that is not there, a Dockerfile outside of the context, and a tar stream that is none, are refused with INVALID_ARGUMENT.',
  ),
  'build.steps': must(
    'Steps are told as they begin and as they end, each once and in this order, and what they write between the two.',
  ),
  'build.transfers': should('Transfers tell how many bytes of the context have been sent so far.'),
  'build.surroundings': must(
    'Steps have the limits, the extra hosts and the network that the spec asks for; what a backend cannot honour it refuses with UNSUPPORTED.',
  ),
  'build.failed': must(
    'A step that fails rejects with BUILD_FAILED, which tells the step, its exit code and the last lines of what it wrote, fifty at most.',
  ),
  'build.malformed': must('A line that is no instruction rejects with BUILD_FAILED, and `details.line` tells which.'),
  'build.missing': must(
    'A Dockerfile, a base image, a target or a file to copy that is not there rejects with BUILD_FAILED.',
  ),
  'build.credentials': must(
    'For a private registry the credentials of its own host are taken; without them, or with those of another host, the build fails.',
  ),
  'build.secrets': must(
    'A secret is seen by the steps that mount it and by nobody else; one that a step requires and does not get fails the build.',
  ),
  'build.ssh': must(
    'A step that mounts an agent has its socket at `SSH_AUTH_SOCK`; others have none; where nobody listens the call is refused with INVALID_ARGUMENT.',
  ),
  'build.incremental': must('Of a directory that was built before, only what has changed is transferred again.'),
  'build.field-refused': must(
    'A field of a build whose gate is not claimed rejects with UNSUPPORTED; `details.field` names it, and nothing is built.',
  ),
  'build.abort': must('An abort of buildImage rejects at once, and no image comes of the build.'),
} as const satisfies Clauses
