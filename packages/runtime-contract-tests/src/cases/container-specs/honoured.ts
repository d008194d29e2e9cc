import { RuntimeError, type ContainerSpec, type CreatedContainer } from '@moorage/runtime-core'
import type { Aspect } from '../../programs/aspects.ts'
import { equal, ok } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'

/** What a process with these fields sees; `undefined` when the backend refused the field by its name. */
export async function observed(
  world: World,
  field: string,
  spec: Partial<ContainerSpec>,
  look: readonly [aspect: Aspect, about?: string],
): Promise<string | undefined> {
  const made = await createdOrRefused(world, field, spec, look)
  if (made === undefined) return undefined
  await world.runtime.startContainer(made.id)
  await world.runtime.waitContainer(made.id)
  const { stdout } = await world.logs(made.id)
  return stdout.trim()
}

/** The container, or `undefined` when the backend refused the field by its name and made nothing. */
export async function createdOrRefused(
  world: World,
  field: string,
  spec: Partial<ContainerSpec>,
  look: readonly [aspect: Aspect, about?: string],
): Promise<CreatedContainer | undefined> {
  const before = (await world.runtime.listContainers({ labels: world.labels })).length
  try {
    return await world.create(world.programs.observe(...look), spec)
  } catch (error) {
    if (!RuntimeError.is(error, 'UNSUPPORTED')) throw error
    const named = error.details.field ?? ''
    ok(named.startsWith(`spec.${field}`), `\`spec.${field}\` is refused as \`${named}\``)
    equal((await world.runtime.listContainers({ labels: world.labels })).length, before, 'containers')
    return undefined
  }
}
