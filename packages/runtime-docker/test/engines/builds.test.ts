import { createDockerRuntime } from '@moorage/runtime-docker'
import { buildSecretsOnEngine } from '../../../../tooling/test/build-secrets-on-engine.ts'
import { buildSessionsOnEngine } from '../../../../tooling/test/build-sessions-on-engine.ts'

await buildSessionsOnEngine({
  name: 'docker',
  open: createDockerRuntime,
  addresses: process.env['MOORAGE_TEST_PLAIN_ADDRESSES'],
  stopsSteps: true,
  warning: { line: 'RUN true \\\n\n    && true', words: 'mpty continuation line' },
})

await buildSecretsOnEngine({ name: 'docker', open: createDockerRuntime })
