import { createPodmanRuntime } from '@moorage/runtime-podman'
import { bodiesOnEngine } from '../../../../tooling/test/bodies-on-engine.ts'

await bodiesOnEngine({ name: 'podman', open: createPodmanRuntime })
