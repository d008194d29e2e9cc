import { openRuntime } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'

const { runtime } = await openRuntime({ allowFake: true })
await runtime.pullImage('busybox')
const { id } = await runtime.createContainer({ image: 'busybox', command: ['cat', '/tmp/note'] })

// Files of a container that has not been started yet.
await runtime.writeFile(id, '/tmp/note', 'brought along\n', { mode: 0o600 })
const { type, sizeBytes, mode } = await runtime.statPath(id, '/tmp/note')
console.log(type, sizeBytes, mode.toString(8))
await runtime.startContainer(id)
await runtime.waitContainer(id)

// Whole directories go as tar streams, and nothing is kept in memory.
let bytes = 0
for await (const piece of runtime.copyFromContainer(id, '/tmp')) bytes += piece.byteLength
console.log(bytes > 512)

const error = await runtime.readFile(id, '/tmp/nothing').catch((reason: unknown) => reason)
if (RuntimeError.is(error, 'PATH_NOT_FOUND')) console.log(error.code)
await runtime.removeContainer(id)
await runtime.close()
