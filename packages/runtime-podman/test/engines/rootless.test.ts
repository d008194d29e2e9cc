import { createPodmanRuntime } from '@moorage/runtime-podman'
import { expect, it } from 'vitest'
import { contractOnEngine } from '../../../../tooling/test/contract-on-engine.ts'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'

const rootless = { name: 'podman-rootless', open: createPodmanRuntime, onlyNamed: true } as const

await describeOnEngine(rootless, ({ open }) => {
  it('says that it is rootless, and claims only what it can do', async () => {
    await using runtime = await open()
    const { rootless: isRootless, cgroupVersion } = await runtime.info()
    expect(isRootless).toBe(true)
    const { pause, resourceLimits, stats } = runtime.capabilities
    const can = cgroupVersion !== '1'
    expect({ pause, resourceLimits, stats }).toEqual({ pause: can, resourceLimits: can, stats: can })
  })
})

await contractOnEngine({
  ...rootless,
  refuses: [
    'spec.env',
    'spec.gpus',
    'spec.labels',
    'spec.mounts[0].source',
    'spec.mounts[0].subpath',
    'spec.mounts[0].target',
    'spec.ociRuntime',
    'spec.ulimits',
  ],
})
