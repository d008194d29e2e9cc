import type { ContainerSpec, Mount } from '@moorage/runtime-core'
import { failure, mutant, type Mutant } from './mutant.ts'

const field = (name: string): string => `containers/spec/${name.replaceAll('.', '-')}-is-honoured-or-refused`

/** The spec is another one on its way to the engine. */
function asks(name: string, breaks: readonly string[], change: (spec: ContainerSpec) => ContainerSpec): Mutant {
  return mutant(name, breaks, (runtime) => ({
    createContainer: (spec, options) => runtime.createContainer(change(spec), options),
  }))
}

function without(spec: ContainerSpec, ...names: readonly string[]): ContainerSpec {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !names.includes(name))) as unknown as ContainerSpec
}

/** A field, or one within it, is dropped in silence. */
function drops(path: string): Mutant {
  const [outer = '', inner] = path.split('.')
  return asks(`spec.${path} is dropped`, [field(path)], (spec) => {
    const value = spec[outer as keyof ContainerSpec]
    if (inner === undefined || typeof value !== 'object' || value === null) return without(spec, outer)
    return { ...spec, [outer]: without(value as never, inner) }
  })
}

function mounts(name: string, breaks: readonly string[], change: (mount: Mount) => Mount): Mutant {
  return asks(name, breaks, (spec) => ({ ...spec, ...(spec.mounts && { mounts: spec.mounts.map(change) }) }))
}

/** A namespace is the container's own whatever is asked for. */
function ownNamespace(kind: 'network' | 'pid' | 'ipc' | 'uts', ...whose: readonly string[]): Mutant {
  const breaks = whose.map((owner) => `containers/spec/namespaces-${kind}-is-${owner}`)
  return asks(`every container has a ${kind} namespace of its own`, breaks, (spec) => ({
    ...spec,
    namespaces: without(spec.namespaces as never, kind) as never,
  }))
}

/** The keys of a map of texts, changed. */
function keyed(map: Readonly<Record<string, string>> = {}, change: (key: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [change(key), value]))
}

const sameTexts = ['containers/names/are-the-same-or-refused']

export const containerSpecMutants: readonly Mutant[] = [
  asks('keys of labels end at the first `=`', sameTexts, (spec) => ({
    ...spec,
    labels: keyed(spec.labels, (key) => key.replace(/(.)=.*/s, '$1')),
  })),
  asks('names of variables lose blanks at their ends', sameTexts, (spec) => ({
    ...spec,
    env: keyed(spec.env, (key) => key.trim()),
  })),
  asks('arguments of a healthcheck are cut at blanks', sameTexts, (spec) => {
    const { healthcheck } = spec
    if (healthcheck === undefined || healthcheck === false || typeof healthcheck.test === 'string') return spec
    return { ...spec, healthcheck: { ...healthcheck, test: healthcheck.test.join(' ').split(' ') } }
  }),
  mounts(
    'paths of mounts end at a comma',
    [...sameTexts, 'containers/names/never-bind-another-directory'],
    (mount) =>
      ({
        ...mount,
        target: mount.target.split(',')[0] || '/x',
        ...(mount.type === 'bind' && { source: mount.source.split(',')[0] ?? '' }),
      }) as Mount,
  ),
  ...[
    'groups',
    'init',
    'privileged',
    'capabilitiesAdded',
    'capabilitiesDropped',
    'securityOptions',
    'resources.memoryBytes',
    'resources.memorySwapBytes',
    'resources.memoryReservationBytes',
    'resources.cpus',
    'resources.cpuShares',
    'resources.cpusetCpus',
    'resources.pidsLimit',
    'ulimits',
    'sharedMemoryBytes',
    'sysctls',
    'devices',
    'dns.servers',
    'dns.search',
    'dns.options',
    'extraHosts',
    'macAddress',
    'tty',
    'readOnlyRoot',
    'mounts',
    'namespaces.network',
    'namespaces.user',
    'ociRuntime',
  ].map(drops),
  ownNamespace('network', 'another-container-s', 'the-host-s'),
  ownNamespace('pid', 'another-container-s', 'the-host-s'),
  ownNamespace('ipc', 'another-container-s'),
  ownNamespace('uts', 'the-host-s'),
  mounts('read-only binds can be written', ['containers/spec/bind-shows-the-host-s-directory'], (mount) => ({
    ...mount,
    readOnly: false,
  })),
  mounts(
    'subpaths are dropped',
    ['containers/spec/subpath-is-all-of-the-volume-that-is-seen'],
    (mount) => without(mount as never, 'subpath') as never,
  ),
  asks(
    'everything is read-only',
    ['containers/spec/readOnlyRoot-leaves-mounts-writable'],
    ({ readOnlyRoot, ...spec }) => ({
      ...spec,
      ...(readOnlyRoot === true && { readOnlyRoot, mounts: [] }),
    }),
  ),
  asks('addresses are chosen by the engine', ['containers/spec/ipv4Address-is-its-own-there'], (spec) => ({
    ...spec,
    ...(spec.networks && { networks: spec.networks.map(({ network }) => ({ network })) }),
  })),
  asks('any platform will do', ['containers/spec/platform-is-the-image-s'], (spec) => without(spec, 'platform')),
  asks('logs are always kept', ['containers/spec/a-log-driver-that-keeps-nothing-has-no-logs'], (spec) =>
    without(spec, 'logDriver'),
  ),
  asks('stops have the engine’s time', ['containers/spec/stopTimeoutMs-is-the-container-s-own'], (spec) =>
    without(spec, 'stopTimeoutMs'),
  ),
  mutant('another field is refused than the one that cannot be honoured', [field('gpus')], (runtime) => ({
    createContainer: async (spec, options) => {
      if (spec.gpus !== undefined) throw failure('UNSUPPORTED', { field: 'spec.devices' })
      return runtime.createContainer(spec, options)
    },
  })),
]
