import type { Runtime } from '@moorage/runtime-core'

// Leaves everything open that a runtime can have open, closes it, and then nothing may keep this process alive.
const [backend = '', host = '', image = ''] = process.argv.slice(2)

async function openIt(): Promise<Runtime> {
  if (backend === 'docker') return (await import('@moorage/runtime-docker')).createDockerRuntime({ host })
  return (await import('@moorage/runtime-podman')).createPodmanRuntime({ host })
}

/** Connections that are open; what this process was given to write to is one too. */
function sockets(): number {
  process.stdout.write('')
  return process.getActiveResourcesInfo().filter((name) => /^(?:Pipe|TCPSocket)Wrap$/.test(name)).length
}

const before = sockets()
const runtime = await openIt()
const controller = new AbortController()
const { signal } = controller
const spec = {
  image,
  command: ['sh', '-c', 'while :; do echo tick; sleep 0.1; done'],
  openStdin: true,
  stopTimeoutMs: 0,
}
const { id } = await runtime.runContainer(spec)
const ignore = (): undefined => undefined
const waiting = runtime.waitContainer(id).catch(ignore)
const logs = runtime.containerLogs(id, { follow: true })
await logs.next()
const stats = runtime.containerStats(id)
await stats.next()
const events = runtime.events({ reconnect: true })
const event = events.next().catch(ignore)
const attachment = await runtime.attachContainer(id, { stdin: true })
const execution = await runtime.startExec(id, { command: ['cat'] })
await execution.write('x')
const aborted = runtime.execContainer(id, { command: ['sleep', '1000'] }, { signal }).catch(ignore)
await runtime.inspectContainer(id)
controller.abort()
await aborted
await runtime.removeContainer(id, { force: true })
await runtime.close()
await Promise.all([waiting, event, attachment.output.next().catch(ignore), execution.exited.catch(ignore)])
await new Promise((resolve) => setImmediate(resolve))
console.log(`closed, ${sockets() - before} sockets`)
