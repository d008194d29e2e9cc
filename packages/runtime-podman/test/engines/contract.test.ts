import { createPodmanRuntime } from '@moorage/runtime-podman'
import { contractOnEngine } from '../../../../tooling/test/contract-on-engine.ts'

await contractOnEngine({
  name: 'podman',
  open: createPodmanRuntime,
  refuses: [
    'spec.env',
    'spec.gpus',
    'spec.labels',
    'spec.mounts[0].source',
    'spec.mounts[0].subpath',
    'spec.mounts[0].target',
    'spec.namespaces.user',
    'spec.ociRuntime',
  ],
})
