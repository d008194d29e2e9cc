import type { Runtime } from '@moorage/runtime-core'

type Labels = Readonly<Record<string, string>>

/** Removes whatever still carries the labels; answers what that was, as `container NAME`. */
export async function removeLeftovers(
  runtime: Runtime,
  labels: Labels,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options = { signal }
  const left: string[] = []
  for (const { id, name } of await runtime.listContainers({ labels }, options)) {
    left.push(`container ${name}`)
    await runtime.removeContainer(id, { ...options, force: true, removeVolumes: true, missing: 'ignore' })
  }
  for (const { id, name } of await runtime.listNetworks({ labels }, options)) {
    left.push(`network ${name}`)
    await runtime.removeNetwork(id, options)
  }
  for (const { name } of await runtime.listVolumes({ labels }, options)) {
    left.push(`volume ${name}`)
    await runtime.removeVolume(name, options)
  }
  for (const { id } of await runtime.listImages({ labels }, options)) {
    left.push(`image ${id}`)
    await runtime.removeImage(id, { ...options, force: true })
  }
  return left
}
