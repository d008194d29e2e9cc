import { createPodmanRuntime } from '@moorage/runtime-podman'
import { contractOnEngine } from '../../../../tooling/test/contract-on-engine.ts'

await contractOnEngine({
  name: 'podman',
  open: createPodmanRuntime,
  refuses: ['spec.gpus', 'spec.mounts[0].subpath', 'spec.namespaces.user', 'spec.ociRuntime'],
})
