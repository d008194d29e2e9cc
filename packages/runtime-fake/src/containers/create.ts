import { unsupported, type ContainerSpec, type CreatedContainer, type Mount } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { isWithin, normalized, usualDirectory, type FileTree } from '../engine/files.ts'
import { imageFiles } from '../engine/image-files.ts'
import { newId, newName } from '../engine/ids.ts'
import { fail, needNetwork } from '../engine/lookup.ts'
import type { Endpoint, ImageRecord, MountRecord } from '../engine/records.ts'
import { noteEvent } from './event.ts'
import { containerRecord } from './record.ts'

const operation = 'createContainer'

/** That run nothing here, but are known everywhere. */
const ociRuntimes: readonly string[] = ['runc', 'crun']

export function createContainer(engine: FakeEngine, spec: ContainerSpec): CreatedContainer {
  const { ociRuntime = 'runc' } = spec
  if (!ociRuntimes.includes(ociRuntime)) throw unsupported(operation, { field: 'spec.ociRuntime' }, 'fake')
  const image = wantedImage(engine, spec)
  const name = spec.name ?? newName((taken) => engine.findContainer(taken) !== undefined)
  refuseTakenName(engine, operation, name, name)
  const networks = wantedNetworks(engine, spec)
  for (const mount of spec.mounts ?? []) checkSource(engine, name, mount)
  const mounts = (spec.mounts ?? []).map((mount) => mountRecord(engine, mount))
  const container = containerRecord(engine, { name, image, spec, files: ownFiles(image, spec), mounts, networks })
  engine.containers.set(container.id, container)
  noteEvent(engine, container, 'create')
  return { id: container.id, name, warnings: [] }
}

/** Rejects with NAME_CONFLICT when a container has the name. */
export function refuseTakenName(engine: FakeEngine, operation: string, id: string, name: string): void {
  const holder = [...engine.containers.values()].find((other) => other.name === name)
  if (holder === undefined) return
  throw fail(
    { operation, kind: 'container', id },
    'NAME_CONFLICT',
    `the name ${name} is taken by ${holder.id}. Choose another name, or remove the container that holds this one.`,
    { name, holderId: holder.id },
  )
}

function wantedImage(engine: FakeEngine, { image, platform }: ContainerSpec): ImageRecord {
  const found = engine.findImage(image)
  if (found !== undefined && (platform === undefined || platform === (found.spec.platform ?? 'linux/amd64')))
    return found
  const what = found === undefined ? 'there is none' : `it is not for ${platform}`
  const text = `${what}. Give it to the fake with its \`images\`, or pull it from its \`registry\`.`
  throw fail({ operation, kind: 'image', id: image }, 'IMAGE_NOT_FOUND', text, {})
}

/** The image's files, and the directory that the spec works in. */
function ownFiles({ spec: image }: ImageRecord, { workingDirectory }: ContainerSpec): FileTree {
  const files = imageFiles(image)
  const directory = normalized(workingDirectory ?? '/')
  if (!files.has(directory)) files.set(directory, usualDirectory)
  return files
}

/** The default network where none is asked for, unless the network is another's. */
function wantedNetworks(engine: FakeEngine, { networks = [], namespaces }: ContainerSpec): Map<string, Endpoint> {
  if (typeof namespaces?.network === 'object') return new Map()
  const asked = networks.length > 0 ? networks : [{ network: namespaces?.network ?? 'bridge' }]
  return new Map(
    asked.map((attachment) => [
      needNetwork(engine, operation, attachment.network).id,
      endpoint(attachment.aliases, attachment.ipv4Address),
    ]),
  )
}

/** A place in a network that has no address yet. */
export function endpoint(aliases: readonly string[] = [], fixedAddress?: string): Endpoint {
  return { aliases, fixedAddress, address: undefined }
}

function checkSource(engine: FakeEngine, id: string, mount: Mount): void {
  if (mount.type !== 'bind') return
  const source = normalized(mount.source)
  if ([...engine.hostFiles.keys()].some((path) => isWithin(path, source))) return
  throw fail(
    { operation, kind: 'container', id },
    'PATH_NOT_FOUND',
    `nothing is at ${mount.source} of the host. Give the fake its \`hostFiles\`, or correct the bind's source.`,
    {},
  )
}

function mountRecord(engine: FakeEngine, mount: Mount): MountRecord {
  const target = normalized(mount.target)
  switch (mount.type) {
    case 'bind': {
      const source = normalized(mount.source)
      return { ...mount, source, target, tree: engine.hostFiles, base: source, ...flags(mount.readOnly) }
    }
    case 'tmpfs':
      return { type: 'tmpfs', source: '', target, tree: new Map(), base: '/', ...flags() }
    case 'volume': {
      const { source = newId(), subpath = '/', readOnly } = mount
      const isAnonymous = mount.source === undefined
      const { tree } = engine.volumes.get(source) ?? engine.addVolume({ name: source, isAnonymous })
      return { type: 'volume', source, target, tree, base: normalized(subpath), ...flags(readOnly, isAnonymous) }
    }
  }
}

function flags(readOnly = false, isAnonymous = false): Pick<MountRecord, 'readOnly' | 'isAnonymous'> {
  return { readOnly, isAnonymous }
}
