import { describeRuntimeContract } from '@moorage/runtime-contract-tests/vitest'
import { capabilityKinds } from '@moorage/runtime-core'
import { fakeEnvironment } from './environment.ts'

describeRuntimeContract({ name: 'the fake', strict: true, ...fakeEnvironment() })

describeRuntimeContract({ name: 'the fake in real time', strict: true, ...fakeEnvironment({ virtualTime: false }) })

// The other half of every gate: what is not claimed is refused.
const nothing = Object.fromEntries(Object.keys(capabilityKinds).map((name) => [name, false]))
describeRuntimeContract({
  name: 'the fake without its gates',
  strict: true,
  ...fakeEnvironment({ capabilities: nothing }),
})
