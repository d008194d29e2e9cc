import { isImageId, parseImageReference, formatImageReference } from '@moorage/runtime-core'
import { realClock, type Clock } from '../clock/clock.ts'
import { busyboxPrograms } from '../programs/busybox.ts'
import type { FakeService } from '../programs/program.ts'
import { EventLog } from './event-log.ts'
import { fileTree, type FileTree } from './files.ts'
import { newId } from './ids.ts'
import type {
  BuiltStep,
  ContainerRecord,
  FakeImageSpec,
  ImageContent,
  ImageRecord,
  KeptFile,
  NetworkRecord,
  VolumeRecord,
} from './records.ts'
import { Times } from './times.ts'

/** An image at a registry of the fake. */
export interface FakeRegistryImage extends FakeImageSpec {
  /** Who may pull it; absent: everyone. */
  readonly credentials?: { readonly username: string; readonly password: string }
  /** A pull of it never gets on. Default false. */
  readonly stalls?: boolean
}

/** What the registry has under a reference. */
interface RegistryRecord {
  readonly image: FakeRegistryImage & ImageContent
  readonly digest: string
  readonly imageId: string
}

export interface FakeEngineOptions {
  /** Default: the machine's own time. */
  readonly clock?: Clock
  /** Images that the engine has from the beginning, by reference. */
  readonly images?: Readonly<Record<string, FakeImageSpec>>
  /** Files of the machine that the engine seems to run on, for binds, by absolute path. */
  readonly hostFiles?: Readonly<Record<string, string | Uint8Array>>
  /** Images that can be pulled, by reference. Default: `busybox`. */
  readonly registry?: Readonly<Record<string, FakeRegistryImage>>
}

/** An engine in memory. Several runtimes may share one, as they share a daemon. */
export class FakeEngine {
  readonly id = newId()
  readonly clock: Clock
  readonly times: Times
  readonly containers = new Map<string, ContainerRecord>()
  readonly images = new Map<string, ImageRecord>()
  readonly networks = new Map<string, NetworkRecord>()
  readonly volumes = new Map<string, VolumeRecord>()
  readonly registry = new Map<string, RegistryRecord>()
  readonly hostFiles: FileTree
  /** What builds have read, by folder. */
  readonly contexts = new Map<string, ReadonlyMap<string, KeptFile>>()
  /** What steps of builds have made, by what they were made from. */
  readonly steps = new Map<string, BuiltStep>()
  /** What builds keep between each other (`--mount=type=cache`). */
  readonly caches = new Map<string, FileTree>()
  readonly events: EventLog
  /** Who listens, by container and port. */
  readonly services = new Map<string, FakeService>()
  /** Aborted when the engine is disposed of: what runs in it ends. */
  readonly disposal = new AbortController()
  #order = 0
  #subnets = 0

  constructor(options: FakeEngineOptions = {}) {
    this.clock = options.clock ?? realClock
    this.times = new Times(this.clock)
    this.events = new EventLog(this.times)
    this.hostFiles = fileTree(options.hostFiles)
    for (const name of ['bridge', 'host', 'none'])
      this.addNetwork({ name, driver: name === 'none' ? 'null' : name, predefined: true })
    const registry = options.registry ?? { busybox: { programs: busyboxPrograms, command: ['sh'] } }
    for (const [reference, image] of Object.entries(registry)) this.publish(reference, image)
    for (const [reference, image] of Object.entries(options.images ?? {})) this.addImage(reference, image)
  }

  /** Puts an image into the registry, from which it can be pulled. Answers its digest. */
  publish(reference: string, image: FakeRegistryImage & ImageContent): string {
    const digest = `sha256:${newId()}`
    this.registry.set(withTag(reference), { image, digest, imageId: `sha256:${newId()}` })
    return digest
  }

  /** Adds an image, or gives the reference to a new one. */
  addImage(reference: string | undefined, spec: ImageContent, id = `sha256:${newId()}`): ImageRecord {
    const record = this.imageRecord(spec, id)
    this.images.set(record.id, record)
    if (reference !== undefined) this.tagImage(record, reference)
    return record
  }

  /** An image that nobody can name yet. */
  imageRecord(spec: ImageContent, id = `sha256:${newId()}`): ImageRecord {
    return { id, spec, tags: new Set(), digests: new Set(), createdAt: this.times.next() }
  }

  tagImage(image: ImageRecord, reference: string): void {
    const tag = withTag(reference)
    for (const other of this.images.values()) other.tags.delete(tag)
    image.tags.add(tag)
  }

  findImage(reference: string): ImageRecord | undefined {
    const tag = withTag(reference)
    const images = [...this.images.values()]
    const named = images.find(({ tags, digests }) => tags.has(tag) || digests.has(reference))
    if (named !== undefined || !isImageId(reference)) return named
    const prefix = reference.startsWith('sha256:') ? reference : `sha256:${reference}`
    return only(images.filter(({ id }) => id.startsWith(prefix)))
  }

  /** By id, unique beginning of an id, or name. */
  findContainer(idOrName: string): ContainerRecord | undefined {
    const containers = [...this.containers.values()]
    return (
      this.containers.get(idOrName) ??
      containers.find(({ name }) => name === idOrName) ??
      only(containers.filter(({ id }) => id.startsWith(idOrName)))
    )
  }

  findNetwork(idOrName: string): NetworkRecord | undefined {
    const networks = [...this.networks.values()]
    return (
      this.networks.get(idOrName) ??
      networks.find(({ name }) => name === idOrName) ??
      only(networks.filter(({ id }) => id.startsWith(idOrName)))
    )
  }

  addNetwork(network: Partial<NetworkRecord> & { readonly name: string; readonly driver: string }): NetworkRecord {
    const record: NetworkRecord = {
      id: newId(),
      internal: false,
      ipv6: false,
      subnet: `10.89.${(this.#subnets += 1)}.0/24`,
      options: {},
      labels: {},
      createdAt: this.times.next(),
      predefined: false,
      ...network,
    }
    this.networks.set(record.id, record)
    return record
  }

  addVolume(volume: Partial<VolumeRecord> & { readonly name: string }): VolumeRecord {
    const record: VolumeRecord = {
      driver: 'local',
      options: {},
      labels: {},
      createdAt: this.times.next(),
      tree: new Map(),
      isAnonymous: false,
      ...volume,
    }
    this.volumes.set(record.name, record)
    return record
  }

  nextOrder(): number {
    this.#order += 1
    return this.#order
  }

  /** Ends every process: nothing of the engine keeps the program alive. */
  dispose(): void {
    this.disposal.abort(new Error('the engine is gone'))
    for (const { process, execs } of this.containers.values()) {
      process?.kill('SIGKILL')
      for (const exec of execs) exec.process.kill('SIGKILL')
    }
  }
}

/** The reference with the tag that it means without saying so. */
export function withTag(reference: string): string {
  const parsed = parseImageReference(reference)
  if (parsed === undefined || parsed.digest !== undefined) return reference
  return formatImageReference({ ...parsed, tag: parsed.tag ?? 'latest' })
}

function only<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined
}
