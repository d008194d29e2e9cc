import { must, untested, type Clauses } from './clause.ts'

/** What a field of a container spec does to the process; one that a backend cannot honour it refuses by name. */
export const containerSpecs = {
  'spec.never-dropped': must(
    'A field of a container spec is honoured, or refused with UNSUPPORTED whose `details.field` names it, and then nothing is created.',
  ),
  'spec.told': must('inspectContainer tells the settings of a container in the words of its spec.'),

  'spec.groups': must('`groups` are supplementary groups of the process.'),
  'spec.init': must('With `init` the process is not the first one of its container.'),
  'spec.privileged': must('`privileged` gives the process more capabilities than it has without.'),
  'spec.capabilities': must('`capabilitiesAdded` are there, and `capabilitiesDropped` are not.'),
  'spec.security-options': must('`securityOptions: ["no-new-privileges"]` keeps the process from gaining privileges.'),
  'spec.memory': must('`memoryBytes`, `memorySwapBytes` and `memoryReservationBytes` are the limits of its memory.'),
  'spec.cpus': must('`cpus`, `cpuShares` and `cpusetCpus` are its share of the processors.'),
  'spec.pids-limit': must('`pidsLimit` is how many processes there may be.'),
  'spec.ulimits': must('`ulimits` are the limits of the process.'),
  'spec.shared-memory': must('`sharedMemoryBytes` is the size of `/dev/shm`.'),
  'spec.sysctls': must('`sysctls` are settings of its kernel namespaces.'),
  'spec.devices': must('`devices` of the host are there at the path that was given.'),
  'spec.dns': must('`dns` is what the container’s resolver is told.'),
  'spec.extra-hosts': must('`extraHosts` are names that resolve.'),
  'spec.mac-address': must('`macAddress` is the address of its network interface.'),
  'spec.addresses': must('A network’s `ipv4Address` is the address of the container there.'),
  'spec.network-namespace': must(
    '`namespaces.network` leaves the container without a network, on the host’s, or on another container’s.',
  ),
  'spec.pid-namespace': must('`namespaces.pid` shares the processes of the host or of another container.'),
  'spec.ipc-namespace': must('`namespaces.ipc` shares the memory of another container that allows it.'),
  'spec.uts-namespace': must('`namespaces.uts: "host"` gives the host’s name.'),
  'spec.user-namespace': must('`namespaces.user: "keep-id"` makes the process the calling user.'),
  'spec.texts': must(
    'A text of a spec, in a key, a value, an argument or a path, is the same text to processes and to inspect, whatever characters it has; or createContainer rejects with INVALID_ARGUMENT or UNSUPPORTED naming the field, and nothing is made. It never becomes another key, option or directory.',
  ),
  'spec.tmpfs': must('A `tmpfs` has its size and its mode, and can be written.'),
  'spec.bind': must('A `bind` shows the host’s directory; `readOnly` keeps the process from writing there.'),
  'spec.volume-subpath': must('A volume’s `subpath` is all that the container sees of it.'),
  'spec.read-only-root': must('`readOnlyRoot` keeps the process from writing anywhere but into mounts.'),
  'spec.terminal': must('With `tty` the process has a terminal, and without it has none.'),
  'spec.stop-timeout': must('`stopTimeoutMs` is how long a stop without a timeout of its own waits.'),
  'spec.oci-runtime': must('An `ociRuntime` that the engine does not have is refused by name.'),
  'spec.platform': must('A `platform` that the image is not made for rejects with IMAGE_NOT_FOUND.'),
  'spec.log-driver': must('With the log driver `none` containerLogs rejects with UNSUPPORTED.'),

  'spec.gpus': untested('`gpus` are there for the process.', 'It takes a machine with GPUs, and their driver.'),
  'spec.foreign-platform': untested(
    'A container of another `platform` runs.',
    'It takes an emulator of that processor on the engine’s host.',
  ),
  'spec.storage-options': untested(
    '`storageOptions` such as `size` limit the container’s own files.',
    'It takes a host whose file system has quotas (overlay over xfs with `pquota`).',
  ),
  'spec.relabel': untested(
    'A bind’s `relabel` gives the container’s label to the host’s files.',
    'It takes a host with SELinux; elsewhere the field changes nothing.',
  ),
  'spec.propagation': untested(
    'A bind’s `propagation` lets mounts pass between host and container.',
    'What is allowed depends on how the host’s own file systems are mounted.',
  ),
  'spec.device-permissions': untested(
    '`permissions` of a device keep the process from writing to it, or from reading it.',
    'Engines allow the harmless devices in any case, and the others are not there on every host.',
  ),
  'spec.ipv6-address': untested(
    'A network’s `ipv6Address` is the address of the container there.',
    'It takes a host whose kernel has IPv6.',
  ),
} as const satisfies Clauses
