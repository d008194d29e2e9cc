import { createPodmanRuntime } from '@moorage/runtime-podman'
import { secretsOnEngine } from '../../../../tooling/test/secrets-on-engine.ts'

await secretsOnEngine({ name: 'podman', open: createPodmanRuntime })
