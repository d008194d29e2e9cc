import { setTimeout as sleep } from 'node:timers/promises'
import type { Runtime } from '@moorage/runtime-core'

const pauseMs = 200
/** What an interrupted call had under way is undone in the background; that takes no longer than a removal. */
const patienceMs = 20_000

/** What still carries the labels, as `container NAME`; given some time to go away. */
export async function findLeftovers(
  runtime: Runtime,
  labels: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const left = await listLabelled(runtime, labels)
    if (left.length === 0 || performance.now() > deadline) return left
    await sleep(pauseMs)
  }
}

async function listLabelled(runtime: Runtime, labels: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const options = { signal: AbortSignal.timeout(patienceMs) }
  const [containers, networks, volumes] = await Promise.all([
    runtime.listContainers({ labels }, options),
    runtime.listNetworks({ labels }, options),
    runtime.listVolumes({ labels }, options),
  ])
  return [
    ...containers.map(({ name }) => `container ${name}`),
    ...networks.map(({ name }) => `network ${name}`),
    ...volumes.map(({ name }) => `volume ${name}`),
  ]
}
