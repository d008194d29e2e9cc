import { createPodmanRuntime } from '@moorage/runtime-podman'
import { sourcesOnEngine } from '../../../../tooling/test/sources-on-engine.ts'

await sourcesOnEngine({ name: 'podman', open: createPodmanRuntime })
