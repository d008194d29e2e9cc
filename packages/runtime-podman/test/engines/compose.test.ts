import { createPodmanRuntime } from '@moorage/runtime-podman'
import { composeOnEngine } from '../../../../tooling/test/compose-on-engine.ts'

await composeOnEngine({ name: 'podman', open: createPodmanRuntime })
