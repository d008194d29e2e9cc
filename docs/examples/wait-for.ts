import { openRuntime } from '@moorage/runtime'
import { RuntimeError, waitForLogLine, waitUntilHealthy } from '@moorage/runtime-core'

const { runtime } = await openRuntime({ allowFake: true })
await runtime.pullImage('busybox')
const healthcheck = { test: ['cat', '/tmp/ready'], intervalMs: 1000 }
const { id } = await runtime.runContainer({
  image: 'busybox',
  command: ['sleep', '1000'],
  healthcheck,
  stopTimeoutMs: 0,
})

// The deadline is yours.
const signal = AbortSignal.timeout(30_000)
const healthy = waitUntilHealthy(runtime, id, { signal })
await runtime.writeFile(id, '/tmp/ready', '')
console.log((await healthy).health)

const job = await runtime.runContainer({ image: 'busybox', command: ['echo', 'listening on 8080'] })
console.log((await waitForLogLine(runtime, job.id, /listening on (\d+)/, { signal })).text)

// What cannot come any more is an error at once, not at the deadline.
const error = await waitForLogLine(runtime, job.id, /never/, { signal }).catch((reason: unknown) => reason)
if (RuntimeError.is(error, 'CONTAINER_NOT_RUNNING')) console.log(error.code)
await runtime.removeContainer(id, { force: true })
await runtime.removeContainer(job.id)
await runtime.close()
