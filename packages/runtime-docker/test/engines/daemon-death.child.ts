// Run by daemon-death.test.ts: has calls under way when its daemon dies, and must end by itself afterwards.
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
const attachment = await runtime.attachContainer(id)
const started = await runtime.startExec(id, { command: ['sleep', '1000'] })
async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) continue
}

const calls = {
  attachment: outcome(() => readAll(attachment.output)),
  attachmentEnded: outcome(() => attachment.ended),
  started: outcome(() => readAll(started.output)),
  startedExited: outcome(() => started.exited),
  stats: outcome(() => readAll(runtime.containerStats(id))),
  logs: outcome(async () => {
    for await (const _chunk of runtime.containerLogs(id, { follow: true })) seen()
  }),
  exec: outcome(() => runtime.execContainer(id, { command: ['sleep', '1000'] })),
  wait: outcome(() => runtime.waitContainer(id)),
  pull: outcome(() => runtime.pullImage(`${stalling}/never:1`)),
}
await followed
process.stdout.write('ready\n')
const outcomes: Record<string, string> = {}
for (const [name, call] of Object.entries(calls)) outcomes[name] = await call
process.stdout.write(`${JSON.stringify(outcomes)}\n`)
