import type { ContainerJson } from '../containers/json.ts'
import { isWithin, normalPath } from './paths.ts'

/** What a path of a container is part of. */
export interface PathMount {
  readonly kind: MountKind
  readonly target: string
  readonly readOnly: boolean
}

/**
 * `devices` is `/dev` and `kernel` is `/proc` and `/sys`: every process has them, no inspection lists them. `engine-file` is
 * a file that the engine writes and mounts by itself.
 */
export type MountKind = 'root' | 'volume' | 'bind' | 'tmpfs' | 'devices' | 'kernel' | 'engine-file'

/** What an archive call does with a mount. */
export interface ArchiveUse {
  readonly running: boolean
  readonly access: ArchiveAccess
  /** The call is for a directory above the mount. */
  readonly nested: boolean
}

export type ArchiveAccess = 'stat' | 'read' | 'write'

const ownMounts: readonly PathMount[] = [
  { kind: 'devices', target: '/dev', readOnly: false },
  { kind: 'kernel', target: '/proc', readOnly: false },
  { kind: 'kernel', target: '/sys', readOnly: false },
  ...['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'].map(
    (target) => ({ kind: 'engine-file', target, readOnly: false }) as const,
  ),
]

/** The mounts that the container's processes see once it runs, from `GET /containers/{id}/json`. */
export function mountsOf({ Mounts, HostConfig: host }: ContainerJson): readonly PathMount[] {
  const listed = (Mounts ?? []).map(({ Type, Destination, RW }): PathMount => ({
    kind: Type === 'tmpfs' ? 'tmpfs' : Type === 'bind' ? 'bind' : 'volume',
    target: normalPath(Destination),
    readOnly: RW === false,
  }))
  // Docker lists a tmpfs only in `HostConfig`.
  const temporary = [
    ...(host.Mounts ?? []).filter(({ Type }) => Type === 'tmpfs').map(({ Target }) => Target),
    ...Object.keys(host.Tmpfs ?? {}),
  ].map((target): PathMount => ({ kind: 'tmpfs', target: normalPath(target), readOnly: false }))
  const asked = [...listed, ...temporary]
  return [
    { kind: 'root', target: '/', readOnly: host.ReadonlyRootfs ?? false },
    ...ownMounts.filter(({ target }) => asked.every((mount) => mount.target !== target)),
    ...asked,
  ]
}

/** Whether every container has it, whatever was asked for. */
export function isEveryContainers({ kind }: PathMount): boolean {
  return kind === 'devices' || kind === 'kernel' || kind === 'engine-file'
}

/** The innermost mount that holds the path. */
export function mountOf(mounts: readonly PathMount[], path: string): PathMount {
  const whole = normalPath(path)
  const holding = mounts.filter(({ target }) => isWithin(whole, target))
  return holding.reduce((inner, mount) => (mount.target.length >= inner.target.length ? mount : inner))
}

/** The mounts below a directory. */
export function mountsBelow(mounts: readonly PathMount[], directory: string): readonly PathMount[] {
  const whole = normalPath(directory)
  return mounts.filter(({ target }) => target !== whole && isWithin(target, whole))
}
