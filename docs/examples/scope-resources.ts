import { openRuntime, ownerIsGone, processOwner } from '@moorage/runtime'
import { createResourceScope, reapScopes } from '@moorage/runtime-core'

const { runtime } = await openRuntime({ allowFake: true })
await runtime.pullImage('busybox')

// What earlier runs of this machine left when they were killed.
await reapScopes(runtime, { isGone: ownerIsGone })

{
  await using scope = createResourceScope(runtime, { owner: processOwner(), labels: { 'com.example.job': 'demo' } })
  const { name } = await scope.runtime.createVolume()
  const mounts = [{ type: 'volume', source: name, target: '/data' }] as const
  await scope.runtime.runContainer({ image: 'busybox', command: ['sleep', '1000'], mounts })
  console.log((await runtime.listContainers({ labels: { 'com.example.job': 'demo' } })).length, 'container')
}
console.log((await runtime.listContainers({ labels: { 'com.example.job': 'demo' } })).length, 'containers')
await runtime.close()
