import { createPodmanRuntime } from '@moorage/runtime-podman'
import { buildSecretsOnEngine } from '../../../../tooling/test/build-secrets-on-engine.ts'
import { buildSessionsOnEngine } from '../../../../tooling/test/build-sessions-on-engine.ts'

await buildSessionsOnEngine({
  name: 'podman',
  open: createPodmanRuntime,
  addresses: process.env['MOORAGE_TEST_PLAIN_ADDRESSES'],
  stopsSteps: false,
  warning: { line: 'RUN true', words: 'NOBODY' },
})

await buildSecretsOnEngine({ name: 'podman', open: createPodmanRuntime })
