import { openRuntime } from '@moorage/runtime'

const { runtime } = await openRuntime({ allowFake: true })
await runtime.pullImage('busybox')
const { id } = await runtime.runContainer({ image: 'busybox', command: ['sleep', '1000'], stopTimeoutMs: 0 })

if (runtime.capabilities.pause) {
  await runtime.pauseContainer(id)
  console.log((await runtime.inspectContainer(id)).status)
  await runtime.unpauseContainer(id)
}
await runtime.renameContainer(id, 'keeper')
await runtime.updateContainer(id, { restart: { policy: 'on-failure', maximumRetries: 3 } })
const { name, restart } = await runtime.inspectContainer(id)
console.log(name, restart.policy)

const harbour = await runtime.createNetwork({ name: 'harbour' })
await runtime.connectNetwork(harbour.id, id, { aliases: ['lighthouse'] })
console.log((await runtime.inspectNetwork(harbour.id)).containerIds.length)
await runtime.disconnectNetwork(harbour.id, id)
await runtime.removeNetwork(harbour.id)

// What runs in it, and what that uses: one sample about every second.
if (runtime.capabilities.stats) {
  for (const { command } of await runtime.containerProcesses(id)) console.log(command)
  for await (const { pids } of runtime.containerStats(id)) {
    console.log(pids)
    break
  }
}
await runtime.removeContainer(id, { force: true })
await runtime.close()
