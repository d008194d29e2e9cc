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
   */
  readonly incremental?: boolean
  /** Path inside the context (default `Dockerfile`), or the text itself. */
  readonly dockerfile?: string | { readonly inline: string }
  readonly tags?: readonly string[]
  readonly buildArguments?: Readonly<Record<string, string>>
  readonly target?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly platform?: string
  readonly noCache?: boolean
  readonly pull?: boolean
  readonly cacheFrom?: readonly string[]
  readonly extraHosts?: Readonly<Record<string, string>>
  readonly networkMode?: string
  /** Of the steps' processes. */
  readonly ulimits?: readonly Ulimit[]
  /** Per registry host. */
  readonly credentials?: Readonly<Record<string, RegistryCredentials>>
  /** Gate `buildSecrets`: id to a value or a file. */
  readonly secrets?: Readonly<
    Record<string, { readonly value: string | Uint8Array } | { readonly file: string } | { readonly env: string }>
  >
  /** Gate `buildSsh`: id to an agent's socket. */
  readonly ssh?: Readonly<Record<string, { readonly agentSocket: string }>>
}

export interface BuiltImage {
  readonly id: string
  readonly digest?: string
  readonly tags: readonly string[]
}

/** What happens while an image is built. */
export type BuildEvent =
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
