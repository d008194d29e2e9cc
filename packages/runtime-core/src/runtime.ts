import type { RuntimeStream, ByteSource, CallOptions, ProgressOptions } from './call-options.ts'
import type * as archives from './archives.ts'
import type * as build from './build.ts'
import type { Capabilities } from './capabilities.ts'
import type * as checkpoints from './checkpoints.ts'
import type * as compose from './compose.ts'
import type { ContainerSpec } from './container-spec.ts'
import type * as containers from './containers.ts'
import type * as events from './events.ts'
import type * as exec from './exec.ts'
import type * as images from './images.ts'
import type { RuntimeInfo } from './info.ts'
import type { LogChunk, LogOptions } from './logs.ts'
import type * as networks from './networks.ts'
import type * as volumes from './volumes.ts'

/**
 * What every backend has. A method that takes a container rejects with CONTAINER_NOT_FOUND when there is none; each
 * rejects with RUNTIME_CLOSED after `close()`, INVALID_ARGUMENT before anything is sent, `signal.reason` on an abort,
 * ENGINE_UNAVAILABLE or CONNECTION_LOST when the engine cannot be reached or goes away, PROTOCOL_ERROR when it talks
 * nonsense and ENGINE_ERROR when it fails in a way that has no narrower code.
 */
export interface MandatoryMethods {
  /** What the engine is; proves that it answers. */
  info(options?: CallOptions): Promise<RuntimeInfo>

  /**
   * Brings an image from its registry. An aborted pull may be finished by the engine. Rejects: IMAGE_NOT_FOUND,
   * UNAUTHORIZED, RATE_LIMITED, REGISTRY_UNAVAILABLE. Docker: `POST /images/create`.
   */
  pullImage(reference: string, options?: images.PullImageOptions): Promise<images.PulledImage>
  /** Rejects: IMAGE_NOT_FOUND. */
  inspectImage(reference: string, options?: CallOptions): Promise<images.ImageDetails>
  /** Newest first. */
  listImages(filter?: images.ImageFilter, options?: CallOptions): Promise<readonly images.ImageSummary[]>
  /** Gives an image one more name. Rejects: IMAGE_NOT_FOUND. */
  tagImage(reference: string, newReference: string, options?: CallOptions): Promise<void>
  /**
   * A tag that is not the last is only untagged. The last one of an image that a container uses: IMAGE_IN_USE, also with
   * `force`. A missing image resolves unless `missing: 'error'`.
   */
  removeImage(reference: string, options?: images.RemoveImageOptions): Promise<images.RemovedImage>

  /**
   * Makes a container and does not start it. An abort rejects at once; a container that the engine makes nevertheless is
   * removed in the background. Rejects: IMAGE_NOT_FOUND, NAME_CONFLICT, NETWORK_NOT_FOUND, PATH_NOT_FOUND, UNSUPPORTED
   * (naming the field). Docker: `POST /containers/create`.
   */
  createContainer(spec: ContainerSpec, options?: CallOptions): Promise<containers.CreatedContainer>
  /**
   * Resolves once the process has started, also if it has exited since. Already running is a no-op. Rejects:
   * CONTAINER_START_FAILED, PORT_IN_USE. Docker: `POST /containers/{id}/start`.
   */
  startContainer(id: string, options?: CallOptions): Promise<void>
  /**
   * Resolves once it no longer runs; stopped or never started is a no-op, paused is stopped too. An aborted stop goes on
   * in the engine. Docker: `POST /containers/{id}/stop`.
   */
  stopContainer(id: string, options?: containers.StopContainerOptions): Promise<void>
  /**
   * Resolves when the signal is delivered; for SIGKILL, once it no longer runs. Rejects: CONTAINER_NOT_RUNNING. Docker:
   * `POST /containers/{id}/kill`.
   */
  killContainer(id: string, options?: containers.KillContainerOptions): Promise<void>
  /**
   * The exit code, never a placeholder. With `autoRemove` the exit code of a container that this runtime started is kept
   * until close. Rejects: CONTAINER_NOT_STARTED unless waiting for `next-exit`. Docker: `POST /containers/{id}/wait`.
   */
  waitContainer(id: string, options?: containers.WaitContainerOptions): Promise<containers.WaitResult>
  /**
   * Resolves once the name can be used again. Running without `force`: CONTAINER_IS_RUNNING. Concurrent removes all
   * resolve. Docker: `DELETE /containers/{id}`.
   */
  removeContainer(id: string, options?: containers.RemoveContainerOptions): Promise<void>
  inspectContainer(id: string, options?: CallOptions): Promise<containers.ContainerDetails>
  /** Stopped ones included, newest first. */
  listContainers(
    filter?: containers.ContainerFilter,
    options?: CallOptions,
  ): Promise<readonly containers.ContainerSummary[]>

  /**
   * Runs a process to its end and collects what it wrote. Rejects: CONTAINER_NOT_RUNNING, EXEC_START_FAILED,
   * EXEC_INTERRUPTED, OUTPUT_LIMIT. An abort rejects at once and closes the connection.
   */
  execContainer(id: string, spec: exec.ExecSpec, options?: exec.ExecContainerOptions): Promise<exec.ExecResult>
  /** What the container's process wrote. Leaving the loop frees the socket. */
  containerLogs(id: string, options?: LogOptions): RuntimeStream<LogChunk>

  /**
   * An abort rejects at once; what this call made nevertheless is removed in the background, unless another call of this
   * runtime was answered with it. Rejects: NETWORK_CONFLICT when one of this name exists and differs.
   */
  createNetwork(spec: networks.NetworkSpec, options?: CallOptions): Promise<networks.CreatedNetwork>
  /** Rejects: NETWORK_IN_USE. A missing network resolves unless `missing: 'error'`. */
  removeNetwork(id: string, options?: networks.RemoveNetworkOptions): Promise<void>
  /** Rejects: NETWORK_NOT_FOUND. */
  inspectNetwork(id: string, options?: CallOptions): Promise<networks.NetworkDetails>
  listNetworks(filter?: networks.NetworkFilter, options?: CallOptions): Promise<readonly networks.NetworkSummary[]>

  /** An abort is undone as with `createNetwork`. Rejects: VOLUME_CONFLICT when one of this name exists and differs. */
  createVolume(spec?: volumes.VolumeSpec, options?: CallOptions): Promise<volumes.CreatedVolume>
  /** Rejects: VOLUME_IN_USE. A missing volume resolves unless `missing: 'error'`. */
  removeVolume(name: string, options?: volumes.RemoveVolumeOptions): Promise<void>
  /** Rejects: VOLUME_NOT_FOUND. */
  inspectVolume(name: string, options?: CallOptions): Promise<volumes.VolumeDetails>
  listVolumes(filter?: volumes.VolumeFilter, options?: CallOptions): Promise<readonly volumes.VolumeDetails[]>
}

/** What a backend may have; each method stands behind a gate of `capabilities`. */
export interface GatedMethods {
  /**
   * Builds an image from a Dockerfile and its context (`POST /build`, `POST /libpod/build`). Gate `build`. Rejects:
   * BUILD_FAILED (with the step, its exit code and the end of its log), INVALID_ARGUMENT (a context, a Dockerfile outside of it or
   * a secret that cannot be read, an agent that does not listen), UNSUPPORTED (a field that the backend lacks). An abort leaves no image.
   */
  buildImage(spec: build.BuildSpec, options?: ProgressOptions<build.BuildEvent>): Promise<build.BuiltImage>
  /** Gate `pushImage`. Rejects: IMAGE_NOT_FOUND, UNAUTHORIZED. */
  pushImage(reference: string, options?: images.PushImageOptions): Promise<{ readonly digest: string }>
  /** Gate `imageArchives`. */
  saveImages(references: readonly string[], options?: images.SaveImagesOptions): RuntimeStream<Uint8Array>
  /** Gate `imageArchives`. Resolves with the references or ids that were loaded. */
  loadImages(archive: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<readonly string[]>
  /** Gate `imageHistory`. Newest step first. Rejects: IMAGE_NOT_FOUND. Docker: `GET /images/{name}/history`. */
  imageHistory(reference: string, options?: CallOptions): Promise<readonly images.ImageHistoryEntry[]>

  /**
   * Gate `interactiveStreams`. The signal, and `close()`, end the process's streams as long as it lives, unless it is
   * detached: `output`, `exited` and the others then reject with the reason.
   */
  startExec(id: string, spec: exec.ExecSpec, options?: exec.StartExecOptions): Promise<exec.ExecProcess>
  /** Gate `interactiveStreams`. The signal, and `close()`, end the connection as long as its output goes on. */
  attachContainer(id: string, options?: exec.AttachContainerOptions): Promise<exec.ContainerAttachment>
  /** Gate `restart`. */
  restartContainer(id: string, options?: containers.RestartContainerOptions): Promise<void>
  /** Gate `pause`. */
  pauseContainer(id: string, options?: CallOptions): Promise<void>
  /** Gate `pause`. */
  unpauseContainer(id: string, options?: CallOptions): Promise<void>
  /** Gate `rename`. Rejects: NAME_CONFLICT. */
  renameContainer(id: string, newName: string, options?: CallOptions): Promise<void>
  /** Gate `update`. */
  updateContainer(id: string, update: containers.ContainerUpdate, options?: CallOptions): Promise<void>
  /** Gate `stats`. */
  containerStats(id: string, options?: CallOptions): RuntimeStream<containers.ContainerStatsSample>
  /** Gate `stats`. */
  containerProcesses(id: string, options?: CallOptions): Promise<readonly containers.ContainerProcess[]>

  /** Gate `archives`. Unpacks a tar stream below `path`. */
  copyToContainer(
    id: string,
    path: string,
    archive: AsyncIterable<Uint8Array>,
    options?: archives.CopyToContainerOptions,
  ): Promise<void>
  /** Gate `archives`. A tar stream of `path`. */
  copyFromContainer(id: string, path: string, options?: CallOptions): RuntimeStream<Uint8Array>
  /** Gate `archives`. Rejects: PATH_NOT_FOUND. */
  statPath(id: string, path: string, options?: CallOptions): Promise<archives.PathDetails>
  /** Gate `archives`. Rejects: PATH_NOT_FOUND, OUTPUT_LIMIT. */
  readFile(id: string, path: string, options?: archives.ReadFileOptions): Promise<Uint8Array>
  /** Gate `archives`. Rejects: PATH_NOT_FOUND when the directory is missing. */
  writeFile(id: string, path: string, content: ByteSource, options?: archives.WriteFileOptions): Promise<void>

  /** Gate `networkConnect`. */
  connectNetwork(
    network: string,
    container: string,
    options?: CallOptions & { readonly aliases?: readonly string[] },
  ): Promise<void>
  /** Gate `networkConnect`. */
  disconnectNetwork(
    network: string,
    container: string,
    options?: CallOptions & { readonly force?: boolean },
  ): Promise<void>
  /** Gate `prune`. */
  pruneContainers(filter: events.PruneFilter): Promise<events.PruneResult>
  /** Gate `prune`. */
  pruneImages(filter: events.PruneFilter): Promise<events.PruneResult>
  /** Gate `prune`. */
  pruneNetworks(filter: events.PruneFilter): Promise<events.PruneResult>
  /** Gate `prune`. */
  pruneVolumes(filter: events.PruneFilter): Promise<events.PruneResult>
  /** Gate `events`. */
  events(filter?: events.EventFilter): RuntimeStream<events.RuntimeEvent>

  /** Gate `compose`. A failed up never removes volumes. Rejects: COMPOSE_UNAVAILABLE, COMPOSE_FAILED. */
  composeUp(
    project: compose.ComposeProject,
    options?: compose.ComposeUpOptions,
  ): Promise<readonly compose.ComposeService[]>
  /** Gate `compose`. A second down is a no-op. */
  composeDown(project: compose.ComposeProject, options?: compose.ComposeDownOptions): Promise<void>
  /** Gate `compose`. `undefined`: no such service, or it does not run. */
  findComposeContainer(
    project: compose.ComposeProject,
    service: string,
    options?: CallOptions,
  ): Promise<compose.ComposeService | undefined>
  /** Gate `compose`. */
  composePs(project: compose.ComposeProject, options?: CallOptions): Promise<readonly compose.ComposeService[]>
  /** Gate `compose`. */
  composeLogs(
    project: compose.ComposeProject,
    options?: compose.ComposeLogsOptions,
  ): RuntimeStream<compose.ComposeLogLine>
  /** Gate `compose`. */
  composeConfig(project: compose.ComposeProject, options?: CallOptions): Promise<compose.ComposeModel>

  /** Gate `checkpoint`. Resolves with the archive. */
  checkpointContainer(id: string, options?: checkpoints.CheckpointOptions): Promise<Uint8Array>
  /** Gate `checkpoint`. */
  restoreContainer(
    archive: Uint8Array | AsyncIterable<Uint8Array>,
    options?: checkpoints.RestoreOptions,
  ): Promise<containers.CreatedContainer>
}

/** What `createRuntime` adds over any adapter. */
export interface DerivedMethods {
  /** Creates and starts; removes what it created if the start fails or the call is aborted. */
  runContainer(spec: ContainerSpec, options?: CallOptions): Promise<containers.CreatedContainer>
  /** The most recently created match, or `undefined`. */
  findContainer(
    filter: containers.ContainerFilter,
    options?: CallOptions,
  ): Promise<containers.ContainerSummary | undefined>
  /** The most recently created container with this label, or `undefined`. */
  findContainerByLabel(
    key: string,
    value: string,
    options?: CallOptions,
  ): Promise<containers.ContainerSummary | undefined>
}

/** What users hold: every method is always there, every call is guarded. Made by `createRuntime`. */
export interface Runtime extends MandatoryMethods, GatedMethods, DerivedMethods, AsyncDisposable {
  readonly capabilities: Capabilities
  /**
   * Ends every open stream and call with RUNTIME_CLOSED and waits, bounded, for clean-ups under way. Idempotent. No
   * socket, timer or listener is left; another runtime on the same engine is not touched.
   */
  close(): Promise<void>
}

/**
 * What authors of a backend write: the mandatory core, and of the gated methods those whose gate their capabilities claim.
 * Arguments arrive checked; `signal` is always given and is also aborted by `close()`; a call that ends by it rejects with
 * `signal.reason`. The signal of `startExec` and `attachContainer` goes on past the answer, until the process has exited, the
 * attachment's output has ended, or either is disposed of. Labels of created resources arrive with the operation label added.
 */
export interface RuntimeAdapter extends MandatoryMethods, Partial<GatedMethods> {
  /** The backend's name, such as `docker`. */
  readonly backend: string
  readonly capabilities: Capabilities
  /** Frees what the adapter holds. Called once, after every call has ended. */
  close(): Promise<void>
}
