import { must, type Clauses } from './clause.ts'

/** What the core's helpers promise over any runtime. */
export const helpers = {
  'wait.healthy': must('waitUntilHealthy resolves once the healthcheck says so.'),
  'wait.healthy-image': must('A healthcheck of the image’s own is seen as well.'),
  'wait.healthy-fails': must(
    'waitUntilHealthy rejects as soon as it is hopeless: CONTAINER_UNHEALTHY, CONTAINER_NOT_RUNNING, or INVALID_ARGUMENT without a healthcheck.',
  ),
  'wait.log-line': must(
    'waitForLogLine resolves with the first line that matches, also when it was written before the call, or the container has exited.',
  ),
  'wait.log-line-fails': must('A container that ends without such a line rejects with CONTAINER_NOT_RUNNING.'),
  'wait.port': must(
    'waitForPort resolves once something in the container listens, whether the port is published or not.',
  ),
  'wait.port-fails': must('A container that ends before rejects with CONTAINER_NOT_RUNNING.'),

  'scope.removes': must(
    'A resource scope removes what was made in it, containers before what they use, and nothing else.',
  ),
  'scope.reaps': must('reapScopes removes what is left of dead scopes; living ones and strangers stay.'),
  'scope.inherited-labels': must(
    'A container or an image that inherited a scope’s labels from its image is not of the scope: neither `cleanup` nor reapScopes removes it.',
  ),
  'scope.images': must(
    'A scope that left nothing but an image is listed, and reapScopes removes the image with the names that its build gave.',
  ),
  'scope.image-names': must(
    'An image of a scope to which others gave a name loses only the names of the scope, and is reported as kept; removeImage of the scope’s runtime rejects for its id with IMAGE_IN_USE.',
  ),
} as const satisfies Clauses
