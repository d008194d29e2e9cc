import type { Ulimit } from './container-spec.ts'
import type { RegistryCredentials } from './images.ts'

/** What a build can see: a directory, a map of files, or a tar stream. */
export type BuildContext =
  | { readonly directory: string }
  | { readonly files: Readonly<Record<string, string | Uint8Array>> }
  | { readonly tar: AsyncIterable<Uint8Array> }

/** Behind the gate `build`. */
export interface BuildSpec {
  readonly context: BuildContext
  /**
   * Gate `incrementalBuildContext`: insist that of a directory only what has changed is sent. Absent: where the backend can.
   * False: all of it is sent again.
   */
  readonly incremental?: boolean
  /** Path inside the context (default `Dockerfile`), or the text itself. */
  readonly dockerfile?: string | { readonly inline: string }
  /** The names that the image is given once it is built. */
  readonly tags?: readonly string[]
  /** Values of what ARG declares. They stay visible in the image's history: secrets are for `secrets`. */
  readonly buildArguments?: Readonly<Record<string, string>>
  /** The stage that becomes the image. Default: the last one. */
  readonly target?: string
  /** They win over those of the Dockerfile. */
  readonly labels?: Readonly<Record<string, string>>
  /** Such as `linux/arm64`. Default: the engine's own. */
  readonly platform?: string
  /** Do every step anew. Default false. */
  readonly noCache?: boolean
  /** Ask the registries for newer base images. Default false: those that are there are taken. */
  readonly pull?: boolean
  /** References of images whose steps may be taken. */
  readonly cacheFrom?: readonly string[]
  /** Host names and their addresses, for the steps. */
  readonly extraHosts?: Readonly<Record<string, string>>
  /** The network of the steps, such as `none` or `host`. Default: the engine's. */
  readonly networkMode?: string
  /** Of the steps' processes. UNSUPPORTED on Docker before API 1.42, which would drop them. */
  readonly ulimits?: readonly Ulimit[]
  /** By the host of the registry, such as `registry.example:5000`; Docker Hub is `docker.io`. Absent: those that are configured. */
  readonly credentials?: Readonly<Record<string, RegistryCredentials>>
  /** Gate `buildSecrets`: id to a value, a file of this machine, or a variable of this process. */
  readonly secrets?: Readonly<
    Record<string, { readonly value: string | Uint8Array } | { readonly file: string } | { readonly env: string }>
  >
  /** Gate `buildSsh`: id to an agent's socket. */
  readonly ssh?: Readonly<Record<string, { readonly agentSocket: string }>>
}

export interface BuiltImage {
  /** With its algorithm, `sha256:…`. */
  readonly id: string
  /** Of the manifest, where the engine has one before a push. */
  readonly digest?: string
  readonly tags: readonly string[]
}

/** What happens while an image is built. */
export type BuildEvent =
  /** `step` is the same in all events of one step; `name` is for people. */
  | { readonly type: 'step-started'; readonly step: string; readonly name: string }
  | { readonly type: 'step-completed'; readonly step: string; readonly cached: boolean; readonly error?: string }
  | { readonly type: 'log'; readonly step: string; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | {
      readonly type: 'transfer'
      readonly step: string
      readonly name: string
      readonly currentBytes: number
      readonly totalBytes?: number
    }
  | { readonly type: 'warning'; readonly text: string; readonly line?: number }
