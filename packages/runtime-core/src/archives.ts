import type { CallOptions } from './call-options.ts'

/** Behind the gate `archives`. Docker: `HEAD /containers/{id}/archive`. */
export interface PathDetails {
  readonly name: string
  readonly sizeBytes: number
  /** Permission bits, such as 0o644. */
  readonly mode: number
  readonly type: 'file' | 'directory' | 'symlink' | 'other'
  readonly modifiedAt: string
  readonly linkTarget?: string
}

export interface CopyToContainerOptions extends CallOptions {
  /** Keep the owner ids of the archive. Default false: everything belongs to root. */
  readonly preserveOwner?: boolean
}

export interface WriteFileOptions extends CallOptions {
  /** Default 0o644. */
  readonly mode?: number
  /** Default 0. */
  readonly userId?: number
  /** Default 0. */
  readonly groupId?: number
}

export interface ReadFileOptions extends CallOptions {
  /** Beyond it: OUTPUT_LIMIT. Default 16 MiB. */
  readonly maxBytes?: number
}
