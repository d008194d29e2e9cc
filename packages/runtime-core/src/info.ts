/** What `info()` answers: proof that the engine is there, and what it is. Docker: `GET /info` and `GET /version`. */
export interface RuntimeInfo {
  /** The adapter: `docker`, `podman`, `fake`, or the name of a third party's. */
  readonly backend: string
  /** The engine's own identity; equal ids mean the same daemon. */
  readonly engineId: string
  readonly engineName: string
  readonly engineVersion: string
  /** The API version that this runtime speaks with the engine; absent where there is no API. */
  readonly apiVersion?: string
  readonly operatingSystem: string
  readonly architecture: string
  readonly rootless: boolean
  /** `1` or `2`, where the engine tells. */
  readonly cgroupVersion?: string
  /** Version of the composing tool, where there is one. */
  readonly composeVersion?: string
  /** Where the engine was reached, such as `unix:///var/run/docker.sock`. */
  readonly endpoint?: string
}
