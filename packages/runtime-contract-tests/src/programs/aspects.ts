/** Something of its surroundings that a process can look at. */
export type Aspect =
  /** The numbers of its groups. */
  | 'groups'
  /** Its own number. */
  | 'process-id'
  /** Its effective capabilities, as hexadecimal digits. */
  | 'capabilities'
  /** 1 when it cannot gain privileges. */
  | 'no-new-privileges'
  /** In bytes. */
  | 'memory-limit'
  /** Memory and swap, in bytes. */
  | 'memory-swap-limit'
  /** In bytes. */
  | 'memory-reservation'
  /** Of one processor. */
  | 'cpu-percent'
  /** Relative to others; 100 unless asked for. */
  | 'cpu-weight'
  /** Such as `0-2,4`. */
  | 'cpu-list'
  | 'process-limit'
  /** The soft and the hard one. */
  | 'open-file-limits'
  /** Size of `/dev/shm` in bytes. */
  | 'shared-memory'
  /** The setting of the kernel that is named. */
  | 'sysctl'
  /** `yes` when the path is a device that can be read. */
  | 'device'
  /** Lines of the resolver's configuration. */
  | 'resolver'
  /** The address of the name that is given. */
  | 'host-address'
  /** Of the first network interface. */
  | 'mac-address'
  /** Names of the network interfaces. */
  | 'interfaces'
  /** The namespace that is named (`net`, `pid`, `ipc`, `uts`); equal for all who share it. */
  | 'namespace'
  /** Size in bytes and mode of what is mounted at the path. */
  | 'file-system'
  /** User and group of what stands at the path, as numbers. */
  | 'owner'
  /** `yes` when a file can be made in the directory, and removed again. */
  | 'writable'
  /** `yes` when its stdin is a terminal. */
  | 'terminal'
  /** The names in a directory. */
  | 'entries'

/** For a busybox shell; `$1` is what the aspect speaks of. Of cgroups there are two versions. */
export const busyboxAspects: Readonly<Record<Aspect, string>> = {
  groups: 'id -G',
  'process-id': 'echo $$',
  capabilities: "awk '/^CapEff/ {print $2}' /proc/self/status",
  'no-new-privileges': "awk '/^NoNewPrivs/ {print $2}' /proc/self/status",
  'memory-limit': 'cat memory.max 2>/dev/null || cat memory/memory.limit_in_bytes',
  'memory-swap-limit':
    'if [ -e memory.max ]; then echo $(($(cat memory.max) + $(cat memory.swap.max))); else cat memory/memory.memsw.limit_in_bytes; fi',
  'memory-reservation': 'cat memory.low 2>/dev/null || cat memory/memory.soft_limit_in_bytes',
  'cpu-percent':
    'if [ -e cpu.max ]; then read quota period <cpu.max; else quota=$(cat cpu/cpu.cfs_quota_us); period=$(cat cpu/cpu.cfs_period_us); fi; echo $((quota * 100 / period))',
  'cpu-weight': 'if [ -e cpu.weight ]; then cat cpu.weight; else echo $(($(cat cpu/cpu.shares) * 100 / 1024)); fi',
  'cpu-list': "awk '/^Cpus_allowed_list/ {print $2}' /proc/self/status",
  'process-limit': 'cat pids.max 2>/dev/null || cat pids/pids.max',
  'open-file-limits': 'echo "$(ulimit -Sn) $(ulimit -Hn)"',
  'shared-memory': "df -k /dev/shm | awk 'END {print $2 * 1024}'",
  sysctl: 'cat "/proc/sys/$(echo "$1" | tr . /)"',
  device: 'if [ -c "$1" ] && head -c 1 "$1" >/dev/null; then echo yes; else echo no; fi',
  resolver: "grep -E '^(nameserver|search|options)' /etc/resolv.conf",
  'host-address': `awk -v name="$1" '{for (i = 2; i <= NF; i++) if ($i == name) print $1}' /etc/hosts`,
  'mac-address': 'for link in /sys/class/net/*; do [ "${link##*/}" = lo ] || cat "$link/address"; done | head -n 1',
  interfaces: 'ls /sys/class/net',
  namespace: 'readlink "/proc/self/ns/$1"',
  'file-system': `echo "$(df -k "$1" | awk 'END {print $2 * 1024}') $(stat -c %a "$1")"`,
  owner: 'stat -c "%u %g" "$1"',
  writable: 'if (: >"$1/moorage-$$") 2>/dev/null; then rm "$1/moorage-$$"; echo yes; else echo no; fi',
  terminal: 'if [ -t 0 ]; then echo yes; else echo no; fi',
  entries: 'ls "$1"',
}
