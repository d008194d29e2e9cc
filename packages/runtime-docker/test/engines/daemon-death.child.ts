// Run by daemon-death.test.ts: has three calls under way when its daemon dies, and must end by itself afterwards.
import { createDockerRuntime } from '@moorage/runtime-docker'
import { RuntimeError } from '@moorage/runtime-core'

const [host = '', image = '', stalling = ''] = process.argv.slice(2)

async function outcome(call: () => Promise<unknown>): Promise<string> {
  try {
    await call()
    return 'resolved'
  } catch (error) {
    return RuntimeError.is(error) ? error.code : String(error)
  }
}

const runtime = await createDockerRuntime({ host })
const { id } = await runtime.runContainer({
  image,
  command: ['sh', '-c', 'echo ready; exec sleep 1000'],
  namespaces: { network: 'none' },
})

let seen: () => void = () => undefined
const followed = new Promise<void>((resolve) => {
  seen = resolve
})
const calls = {
  logs: outcome(async () => {
    for await (const _chunk of runtime.containerLogs(id, { follow: true })) seen()
  }),
  exec: outcome(() => runtime.execContainer(id, { command: ['sleep', '1000'] })),
  wait: outcome(() => runtime.waitContainer(id)),
  pull: outcome(() => runtime.pullImage(`${stalling}/never:1`)),
}
await followed
process.stdout.write('ready\n')
const [logs, exec, wait, pull] = await Promise.all([calls.logs, calls.exec, calls.wait, calls.pull])
process.stdout.write(`${JSON.stringify({ logs, exec, wait, pull })}\n`)
