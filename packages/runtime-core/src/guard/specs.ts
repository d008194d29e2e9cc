import { invalidArgument } from '../errors.ts'
import * as addresses from './addresses.ts'
import * as is from './checks.ts'
import { healthcheck, resources, restart, ulimits } from './limits.ts'
import * as part from './line-parts.ts'
import { credentials } from './options.ts'

const labels = is.textMap()
const label = { labels, labelKeys: is.arrayOf(is.filledText) }
const environmentName = is.check(
  'a variable name without `=`',
  (value) => typeof value === 'string' && value !== '' && !value.includes('=') && !value.includes('\0'),
)
const environment = is.textMap(environmentName, is.text)
const port = is.whole(1, 65_535)

const mountTarget = { target: is.absolutePath, readOnly: is.flag }

const mount: is.Check = (operation, field, value) => {
  is.object(
    {
      ...mountTarget,
      type: is.oneOf('bind', 'volume', 'tmpfs'),
      source: is.text,
      relabel: is.text,
      propagation: is.text,
      subpath: is.text,
      sizeBytes: is.whole(1),
      mode: is.whole(1),
    },
    ['type', 'target'],
  )(operation, field, value)
  const { type } = value as { readonly type: keyof typeof mountKinds }
  mountKinds[type](operation, field, value)
  const {
    relabel,
    source = '',
    target,
  } = value as { readonly relabel?: string; readonly source?: string; readonly target: string }
  // Engines take these in one line, `source:target:options`.
  if (relabel === undefined) return
  part.colonless(operation, `${field}.source`, source)
  part.colonless(operation, `${field}.target`, target)
}

const otherMount = is.absent('for a mount of this type')
const ofOtherMounts = {
  readOnly: otherMount,
  source: otherMount,
  relabel: otherMount,
  propagation: otherMount,
  subpath: otherMount,
  sizeBytes: otherMount,
  mode: otherMount,
}

const mountKinds = {
  bind: is.object(
    {
      ...ofOtherMounts,
      ...mountTarget,
      type: is.literal('bind'),
      source: is.absolutePath,
      relabel: is.oneOf('shared', 'private'),
      propagation: is.oneOf('private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'),
    },
    ['source'],
  ),
  volume: is.object({
    ...ofOtherMounts,
    ...mountTarget,
    type: is.literal('volume'),
    source: is.identifier,
    subpath: is.filledText,
  }),
  tmpfs: is.object({
    ...ofOtherMounts,
    target: is.absolutePath,
    type: is.literal('tmpfs'),
    // Docker takes 0 of either for its default.
    sizeBytes: is.whole(1),
    mode: is.whole(1, 0o7777),
  }),
}

const otherContainer = is.object({ container: is.identifier }, ['container'])

const containerFields = is.object(
  {
    image: is.imageReference,
    name: is.containerName,
    command: is.arrayOf(is.text),
    entrypoint: is.arrayOf(is.text),
    env: environment,
    labels,
    user: part.user,
    groups: is.arrayOf(is.filledText),
    workingDirectory: is.absolutePath,
    mounts: is.arrayOf(mount),
    networks: is.arrayOf(
      is.object(
        {
          network: is.identifier,
          aliases: is.arrayOf(part.hostWord),
          ipv4Address: addresses.ipv4Address,
          ipv6Address: addresses.ipv6Address,
        },
        ['network'],
      ),
    ),
    ports: is.arrayOf(
      is.object(
        {
          containerPort: port,
          protocol: is.oneOf('tcp', 'udp', 'sctp'),
          hostPort: is.whole(0, 65_535),
          hostAddress: addresses.hostAddress,
        },
        ['containerPort'],
      ),
    ),
    restart,
    healthcheck: is.simpleOr(
      is.check('false or a healthcheck', (value) => value === false),
      healthcheck,
    ),
    init: is.flag,
    privileged: is.flag,
    capabilitiesAdded: is.arrayOf(is.filledText),
    capabilitiesDropped: is.arrayOf(is.filledText),
    securityOptions: is.arrayOf(is.filledText),
    resources,
    ulimits,
    sharedMemoryBytes: is.whole(1),
    storageOptions: is.textMap(),
    sysctls: is.textMap(),
    devices: is.arrayOf(
      is.object(
        {
          hostPath: is.absolutePath,
          containerPath: is.absolutePath,
          permissions: is.check('some of `rwm`', (value) => typeof value === 'string' && /^[rwm]{1,3}$/.test(value)),
        },
        ['hostPath'],
      ),
    ),
    gpus: is.check(
      "'all' or a whole number of at least 1",
      (value) => value === 'all' || (Number.isSafeInteger(value) && Number(value) >= 1),
      is.describeNumber,
    ),
    dns: is.object({
      servers: is.arrayOf(addresses.dnsServer),
      search: is.arrayOf(part.resolverWord),
      options: is.arrayOf(part.resolverWord),
    }),
    extraHosts: is.textMap(part.hostName, addresses.hostsAddress),
    hostname: part.hostWord,
    macAddress: is.check(
      'a MAC address',
      (value) => typeof value === 'string' && /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/.test(value),
    ),
    logDriver: is.object({ name: is.filledText, options: is.textMap() }, ['name']),
    namespaces: is.object({
      network: is.simpleOr(is.oneOf('none', 'host'), otherContainer),
      pid: is.simpleOr(is.oneOf('host'), otherContainer),
      ipc: is.simpleOr(is.oneOf('host', 'private', 'shareable'), otherContainer),
      uts: is.oneOf('host'),
      user: is.oneOf('host', 'keep-id'),
    }),
    ociRuntime: is.filledText,
    platform: is.platform,
    pullPolicy: is.oneOf('never', 'missing', 'always'),
    stopSignal: is.signalName,
    stopTimeoutMs: is.milliseconds,
    tty: is.flag,
    openStdin: is.flag,
    autoRemove: is.flag,
    readOnlyRoot: is.flag,
  },
  ['image'],
)

/** A container spec, field by field; the field names are the spec's own. */
export const containerSpec: is.Check = (operation, field, value) => {
  containerFields(operation, field, value)
  const { autoRemove, restart: again, networks, namespaces } = value as CombinedFields
  if (autoRemove === true && again !== undefined && again.policy !== 'no')
    throw invalidArgument(operation, `${field}.autoRemove`, 'false or left out with a `restart` policy other than `no`')
  if (networks !== undefined && networks.length > 0 && namespaces?.network === 'none')
    throw invalidArgument(operation, `${field}.networks`, "left out with `namespaces.network: 'none'`")
}

/** Fields that exclude each other. */
interface CombinedFields {
  readonly autoRemove?: boolean
  readonly restart?: { readonly policy: string }
  readonly networks?: readonly unknown[]
  readonly namespaces?: { readonly network?: unknown }
}

export const execSpec = is.object(
  {
    command: is.arrayOf(is.text, 1),
    env: environment,
    user: part.user,
    workingDirectory: is.absolutePath,
    privileged: is.flag,
    tty: is.flag,
  },
  ['command'],
)

const networkFields = is.object(
  {
    name: is.identifier,
    driver: is.filledText,
    internal: is.flag,
    subnet: addresses.subnet,
    gateway: addresses.ipAddress,
    ipv6: is.flag,
    options: is.textMap(),
    labels,
  },
  ['name'],
)

export const networkSpec: is.Check = (operation, field, value) => {
  networkFields(operation, field, value)
  const { subnet, gateway } = value as { readonly subnet?: string; readonly gateway?: string }
  if (gateway === undefined) return
  const isWithin = subnet !== undefined && addresses.isWithinSubnet(gateway, subnet)
  if (!isWithin)
    throw invalidArgument(operation, `${field}.gateway`, 'an address of the `subnet`, which must be given too')
}

export const volumeSpec = is.object({ name: is.containerName, driver: is.filledText, options: is.textMap(), labels })

export const containerFilter = is.filter({
  ...label,
  name: is.identifier,
  status: is.arrayOf(is.oneOf('created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead')),
})
export const imageFilter = is.filter({ ...label, reference: is.imageReference, dangling: is.flag })
export const nameFilter = is.filter({ ...label, name: is.identifier })

/** One of several objects, told apart by the one field that each of them has. */
const byField =
  (kinds: Readonly<Record<string, is.Check>>): is.Check =>
  (operation, field, value) => {
    const names = Object.keys(kinds)
    is.object(kinds)(operation, field, value)
    const given = Object.entries(Object(value)).filter(([, item]) => item !== undefined)
    if (given.length !== 1) {
      throw invalidArgument(operation, field, `an object with one of ${names.map((name) => `\`${name}\``).join(', ')}`)
    }
  }

export const buildSpec = is.object(
  {
    context: byField({
      directory: is.filledText,
      files: is.textMap(is.filledText, is.textOrBytes),
      tar: is.byteIterable,
    }),
    incremental: is.flag,
    dockerfile: is.simpleOr(is.filledText, is.object({ inline: is.text }, ['inline'])),
    tags: is.arrayOf(is.pullReference),
    buildArguments: is.textMap(environmentName, is.text),
    target: is.filledText,
    labels,
    platform: is.platform,
    noCache: is.flag,
    pull: is.flag,
    cacheFrom: is.arrayOf(is.filledText),
    extraHosts: is.textMap(part.hostName, addresses.hostsAddress),
    networkMode: is.filledText,
    ulimits,
    credentials: is.textMap(is.filledText, credentials),
    secrets: is.textMap(is.filledText, byField({ value: is.textOrBytes, file: is.filledText, env: environmentName })),
    ssh: is.textMap(is.filledText, is.object({ agentSocket: is.filledText }, ['agentSocket'])),
  },
  ['context'],
)

export const composeProject = is.object({
  files: is.arrayOf(is.filledText),
  projectName: is.check(
    'a project name of lowercase letters, digits, `_` and `-` that begins with a letter or digit',
    (value) => typeof value === 'string' && /^[a-z0-9][a-z0-9_-]*$/.test(value),
  ),
  workingDirectory: is.filledText,
  env: environment,
  envFiles: is.arrayOf(is.filledText),
  profiles: is.arrayOf(is.filledText),
})
