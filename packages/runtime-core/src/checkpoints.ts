import type { CallOptions } from './call-options.ts'

/** Behind the gate `checkpoint`. */
export interface CheckpointOptions extends CallOptions {
  /** Leave the container running. Default false. */
  readonly leaveRunning?: boolean
  /** Carry established TCP connections over. Default false. */
  readonly tcpEstablished?: boolean
}

export interface RestoreOptions extends CallOptions {
  readonly name?: string
  readonly tcpEstablished?: boolean
  /** Do not restore the contents of volumes. Default false. */
  readonly ignoreVolumes?: boolean
}
