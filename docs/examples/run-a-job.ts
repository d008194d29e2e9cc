import { openRuntime } from '@moorage/runtime'

const { runtime, choice } = await openRuntime({ allowFake: true })
console.log(`running on ${choice.backend}: ${choice.reason}`)
const { id } = await runtime.runContainer({ image: 'busybox', command: ['echo', 'hello'], pullPolicy: 'missing' })
for await (const { bytes } of runtime.containerLogs(id, { follow: true })) process.stdout.write(bytes)
const { exitCode } = await runtime.waitContainer(id)
console.log(`exit code ${exitCode}`)
await runtime.removeContainer(id)
await runtime.close()
