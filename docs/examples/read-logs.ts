import { openRuntime } from '@moorage/runtime'
import { logLines } from '@moorage/runtime-core'

const { runtime } = await openRuntime({ allowFake: true })
await runtime.pullImage('busybox')
const { id } = await runtime.runContainer({ image: 'busybox', command: ['echo', 'one\ntwo\nthree'] })

// Follows until the container has ended; a signal or `break` ends it sooner and frees the connection.
for await (const { stream, text } of logLines(runtime.containerLogs(id, { follow: true }))) console.log(stream, text)

// The last two lines, with the engine's own times.
for await (const { text, timestamp } of logLines(runtime.containerLogs(id, { tail: 2, timestamps: true }))) {
  console.log(text, timestamp !== undefined)
}
await runtime.removeContainer(id)
await runtime.close()
