import {
  matchesLabels,
  type ContainerDetails,
  type ContainerFilter,
  type ContainerNetwork,
  type ContainerSettings,
  type ContainerSummary,
} from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { needContainer } from '../engine/lookup.ts'
import type { ContainerRecord } from '../engine/records.ts'
import { hasProcess } from './exit.ts'
import {
  containerCommand,
  containerDirectory,
  containerEnvironment,
  containerHostname,
  containerUser,
  processId,
} from './process-setup.ts'

export function inspectContainer(engine: FakeEngine, id: string): ContainerDetails {
  const container = needContainer(engine, 'inspectContainer', id)
  const { spec, image, startedAt, finishedAt, exitCode, status } = container
  const runs = hasProcess(container)
  const mayRun = runs || status === 'restarting'
  return {
    id: container.id,
    name: container.name,
    image: spec.image,
    imageId: image.id,
    status,
    ...(runs && { pid: processId(container.order) }),
    ...(!mayRun && exitCode !== undefined && { exitCode }),
    outOfMemoryKilled: false,
    createdAt: container.createdAt,
    ...(startedAt !== undefined && { startedAt }),
    ...(!mayRun && finishedAt !== undefined && { finishedAt }),
    health: container.health,
    ...containerCommand(container),
    env: containerEnvironment(container),
    labels: labelsOf(container),
    user: containerUser(container),
    workingDirectory: containerDirectory(container),
    hostname: containerHostname(container),
    tty: spec.tty ?? false,
    openStdin: spec.openStdin ?? false,
    autoRemove: spec.autoRemove ?? false,
    privileged: spec.privileged ?? false,
    readOnlyRoot: spec.readOnlyRoot ?? false,
    restart: container.restart,
    restartCount: container.restartCount,
    mounts: container.mounts.map(({ type, source, target, readOnly }) => ({ type, source, target, readOnly })),
    networks: [...container.networks].map(([networkId, { address, aliases }]): ContainerNetwork => ({
      networkName: engine.networks.get(networkId)?.name ?? '',
      networkId,
      ...(address !== undefined && { ipv4Address: address }),
      aliases,
    })),
    ports: container.ports,
    ...settingsOf(container),
  }
}

/** What was asked for, in the words of the spec. */
function settingsOf({ spec, image, resources }: ContainerRecord): ContainerSettings {
  const { healthcheck = image.spec.healthcheck, stopSignal = image.spec.stopSignal } = spec
  const asked = {
    groups: spec.groups,
    healthcheck,
    init: spec.init,
    capabilitiesAdded: spec.capabilitiesAdded,
    capabilitiesDropped: spec.capabilitiesDropped,
    securityOptions: spec.securityOptions,
    resources: Object.keys(resources).length === 0 ? undefined : resources,
    ulimits: spec.ulimits,
    sharedMemoryBytes: spec.sharedMemoryBytes,
    storageOptions: spec.storageOptions,
    sysctls: spec.sysctls,
    devices: spec.devices,
    dns: spec.dns,
    extraHosts: spec.extraHosts,
    macAddress: spec.macAddress,
    logDriver: spec.logDriver,
    namespaces: spec.namespaces,
    ociRuntime: spec.ociRuntime,
    stopSignal,
    stopTimeoutMs: spec.stopTimeoutMs,
  }
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
}

export function listContainers(engine: FakeEngine, filter: ContainerFilter): readonly ContainerSummary[] {
  return [...engine.containers.values()]
    .filter((container) => matches(container, filter))
    .toSorted((one, other) => other.order - one.order)
    .map((container) => ({
      id: container.id,
      name: container.name,
      image: container.spec.image,
      imageId: container.image.id,
      status: container.status,
      createdAt: container.createdAt,
      labels: labelsOf(container),
    }))
}

function matches(container: ContainerRecord, { name, status, ...labels }: ContainerFilter): boolean {
  return (
    (name === undefined || container.name === name) &&
    (status === undefined || status.includes(container.status)) &&
    matchesLabels(labelsOf(container), labels)
  )
}

/** The image's, and over them the container's own. */
function labelsOf({ image, spec }: ContainerRecord): Readonly<Record<string, string>> {
  return { ...image.spec.labels, ...spec.labels }
}
