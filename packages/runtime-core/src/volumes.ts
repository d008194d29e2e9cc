import type { RemoveOptions } from './call-options.ts'

/**
 * Creating is idempotent: a volume of this name with the asked driver and options, and a superset of the asked labels,
 * is the answer; one that differs is VOLUME_CONFLICT.
 */
export interface VolumeSpec {
  /** Absent: the engine chooses. */
  readonly name?: string
  /** Default `local`. */
  readonly driver?: string
  readonly options?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}

export interface CreatedVolume {
  readonly name: string
  /** False when an equal one was already there. */
  readonly created: boolean
}

/** Docker: `GET /volumes/{name}`. */
export interface VolumeDetails {
  readonly name: string
  readonly driver: string
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: string
  /** Where it lies on the engine's host; empty where there is no such place. */
  readonly mountpoint: string
}

/** All given conditions must hold; names match exactly. */
export interface VolumeFilter {
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly labelKeys?: readonly string[]
}

/** Default for `missing`: `ignore`. */
export type RemoveVolumeOptions = RemoveOptions
