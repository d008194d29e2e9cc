import { createDockerRuntime } from '@moorage/runtime-docker'
import { contractOnEngine } from '../../../../tooling/test/contract-on-engine.ts'

await contractOnEngine({
  name: 'docker',
  open: createDockerRuntime,
  refuses: ['spec.namespaces.user', 'spec.ociRuntime'],
})
