import type { CallOptions, ProgressOptions, RemoveOptions } from './call-options.ts'
import type { Healthcheck } from './container-spec.ts'

/** Credentials for one registry. They are sent to no other host and never appear in logs or errors. */
export type RegistryCredentials =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string }

/** One step forward of a pull or push. */
export interface ImageProgressEvent {
  /** `status` speaks of the whole; the others of one layer. */
  readonly phase: 'status' | 'waiting' | 'downloading' | 'extracting' | 'pushing' | 'complete'
  readonly layer?: string
  /** Bytes done and in all, where the engine tells. */
  readonly currentBytes?: number
  readonly totalBytes?: number
  /** How much of the whole is done, from 0 to 1, where the engine tells of layers; it never goes back. */
  readonly fraction?: number
  /** The engine's own words. */
  readonly text: string
}

export interface PullImageOptions extends ProgressOptions<ImageProgressEvent> {
  /** Such as `linux/arm64`; default: the engine's. */
  readonly platform?: string
  /** Default: what the configuration of Docker or of Podman has for this registry, credential helpers included. */
  readonly credentials?: RegistryCredentials
}

export interface PulledImage {
  readonly id: string
  /** The manifest's digest at the registry, such as `sha256:…`, where the engine records it. */
  readonly digest?: string
  /** Such as `linux/amd64`. */
  readonly platform: string
}

export interface PushImageOptions extends ProgressOptions<ImageProgressEvent> {
  /** As of a pull. */
  readonly credentials?: RegistryCredentials
}

/** What `inspectImage` answers. Docker: `GET /images/{name}/json`. */
export interface ImageDetails {
  /** `sha256:…` */
  readonly id: string
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  readonly createdAt?: string
  readonly sizeBytes: number
  readonly operatingSystem: string
  readonly architecture: string
  readonly variant?: string
  readonly command: readonly string[]
  readonly entrypoint: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly user: string
  readonly workingDirectory: string
  /** Such as `80/tcp`. */
  readonly exposedPorts: readonly string[]
  readonly healthcheck?: Healthcheck
  readonly stopSignal?: string
}

/** One row of `listImages`. */
export interface ImageSummary {
  readonly id: string
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  readonly createdAt: string
  readonly sizeBytes: number
  readonly labels: Readonly<Record<string, string>>
}

/** One step by which an image was made. */
export interface ImageHistoryEntry {
  /** The image as it was after this step, where the engine has it. */
  readonly id?: string
  readonly createdAt: string
  /** The builder's own words, such as a line of a Dockerfile; empty where nobody has written any. */
  readonly createdBy: string
  readonly comment: string
  /** What the step has added; 0 where it has added no files. */
  readonly sizeBytes: number
}

/** All given conditions must hold. */
export interface ImageFilter {
  /** A reference; without a tag it matches every tag of the repository. */
  readonly reference?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly labelKeys?: readonly string[]
  /** Only images without a tag (true) or with one (false). */
  readonly dangling?: boolean
}

/** Default for `missing`: `ignore`. */
export interface RemoveImageOptions extends RemoveOptions {
  /** May untag; never removes a container. */
  readonly force?: boolean
}

export interface RemovedImage {
  readonly untagged: readonly string[]
  readonly deleted: readonly string[]
}

export interface SaveImagesOptions extends CallOptions {
  readonly platform?: string
}
