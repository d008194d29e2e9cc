import { createPodmanRuntime } from '@moorage/runtime-podman'
import { processesOnEngine } from '../../../../tooling/test/processes-on-engine.ts'

await processesOnEngine({ name: 'podman', open: createPodmanRuntime, endsExecItself: true })
