import type { CallOptions, RuntimeStream } from './call-options.ts'
import type { Capabilities } from './capabilities.ts'
import type { ContainerSpec } from './container-spec.ts'
import type * as containers from './containers.ts'
import type * as exec from './exec.ts'
import type { GatedMethods } from './gated-methods.ts'
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
  /** What the engine is; proves that it answers. Docker: `GET /info` and `GET /version`. */
  info(options?: CallOptions): Promise<RuntimeInfo>

  /**
   * Brings an image from its registry; without a tag, `latest`. Calls for one image at the same time are one pull. An
   * aborted pull may be finished by the engine. Rejects: IMAGE_NOT_FOUND, UNAUTHORIZED, RATE_LIMITED,
   * REGISTRY_UNAVAILABLE, CREDENTIAL_HELPER_FAILED. Docker: `POST /images/create`.
   */
  pullImage(reference: string, options?: images.PullImageOptions): Promise<images.PulledImage>
  /** By name, digest or id. Rejects: IMAGE_NOT_FOUND. Docker: `GET /images/{name}/json`. */
  inspectImage(reference: string, options?: CallOptions): Promise<images.ImageDetails>
  /** Newest first; an image once, with all its tags. Docker: `GET /images/json`. */
  listImages(filter?: images.ImageFilter, options?: CallOptions): Promise<readonly images.ImageSummary[]>
  /**
   * Gives an image one more name, taking it from the image that had it. Rejects: IMAGE_NOT_FOUND. Docker:
   * `POST /images/{name}/tag`.
   */
  tagImage(reference: string, newReference: string, options?: CallOptions): Promise<void>
  /**
   * A tag that is not the last is only untagged. The last one of an image that a container uses: IMAGE_IN_USE, also
   * with `force`. A missing image resolves unless `missing: 'error'` (IMAGE_NOT_FOUND). Docker: `DELETE
   * /images/{name}`.
   */
  removeImage(reference: string, options?: images.RemoveImageOptions): Promise<images.RemovedImage>

  /**
   * Makes a container and does not start it. An abort rejects at once; a container that the engine makes nevertheless
   * is removed in the background. Rejects: IMAGE_NOT_FOUND, NAME_CONFLICT, NETWORK_NOT_FOUND, PATH_NOT_FOUND,
   * UNSUPPORTED (naming the field). Docker: `POST /containers/create`.
   */
  createContainer(spec: ContainerSpec, options?: CallOptions): Promise<containers.CreatedContainer>
  /**
   * Resolves once the process has started, also if it has exited since. Already running is a no-op. Rejects:
   * CONTAINER_START_FAILED, PORT_IN_USE. Docker: `POST /containers/{id}/start`.
   */
  startContainer(id: string, options?: CallOptions): Promise<void>
  /**
   * Resolves once it no longer runs; stopped or never started is a no-op, paused is stopped too. An aborted stop goes
   * on in the engine. Docker: `POST /containers/{id}/stop`.
   */
  stopContainer(id: string, options?: containers.StopContainerOptions): Promise<void>
  /**
   * Resolves when the signal is delivered; for SIGKILL, once it no longer runs. Rejects: CONTAINER_NOT_RUNNING. Docker:
   * `POST /containers/{id}/kill`.
   */
  killContainer(id: string, options?: containers.KillContainerOptions): Promise<void>
  /**
   * The exit code, never a placeholder. With `autoRemove` the exit code of a container that this runtime started is
   * kept until close. Rejects: CONTAINER_NOT_STARTED unless waiting for `next-exit`. Docker: `POST
   * /containers/{id}/wait`.
   */
  waitContainer(id: string, options?: containers.WaitContainerOptions): Promise<containers.WaitResult>
  /**
   * Resolves once the name can be used again. Running without `force`: CONTAINER_IS_RUNNING. Concurrent removes all
   * resolve. Docker: `DELETE /containers/{id}`.
   */
  removeContainer(id: string, options?: containers.RemoveContainerOptions): Promise<void>
  /** By id, the beginning of an id, or name. Docker: `GET /containers/{id}/json`. */
  inspectContainer(id: string, options?: CallOptions): Promise<containers.ContainerDetails>
  /** Stopped ones included, newest first. Docker: `GET /containers/json?all=true`. */
  listContainers(
    filter?: containers.ContainerFilter,
    options?: CallOptions,
  ): Promise<readonly containers.ContainerSummary[]>

  /**
   * Runs a process to its end and collects what it wrote. Rejects: CONTAINER_NOT_RUNNING, EXEC_START_FAILED,
   * EXEC_INTERRUPTED, OUTPUT_LIMIT, STDIN_FAILED. An abort rejects at once, and the process is killed with its children in the
   * background where the image has the means. Docker: `POST /containers/{id}/exec`, `POST /exec/{id}/start`.
   */
  execContainer(id: string, spec: exec.ExecSpec, options?: exec.ExecContainerOptions): Promise<exec.ExecResult>
  /**
   * What the container's process wrote, from the beginning unless told otherwise. Leaving the loop frees the socket.
   * Rejects: UNSUPPORTED where the log driver keeps nothing that can be read. Docker: `GET /containers/{id}/logs`.
   */
  containerLogs(id: string, options?: LogOptions): RuntimeStream<LogChunk>

  /**
   * An abort rejects at once; what this call made nevertheless is removed in the background, unless another call of
   * this runtime was answered with it. Rejects: NETWORK_CONFLICT when one of this name exists and differs. Docker:
   * `POST /networks/create`.
   */
  createNetwork(spec: networks.NetworkSpec, options?: CallOptions): Promise<networks.CreatedNetwork>
  /**
   * By id or name. Rejects: NETWORK_IN_USE. A missing network resolves unless `missing: 'error'` (NETWORK_NOT_FOUND).
   * Docker: `DELETE /networks/{id}`.
   */
  removeNetwork(id: string, options?: networks.RemoveNetworkOptions): Promise<void>
  /** By id or name. Rejects: NETWORK_NOT_FOUND. Docker: `GET /networks/{id}`. */
  inspectNetwork(id: string, options?: CallOptions): Promise<networks.NetworkDetails>
  /** In no order. Docker: `GET /networks`. */
  listNetworks(filter?: networks.NetworkFilter, options?: CallOptions): Promise<readonly networks.NetworkSummary[]>

  /**
   * An abort is undone as with `createNetwork`. Rejects: VOLUME_CONFLICT when one of this name exists and differs.
   * Docker: `POST /volumes/create`.
   */
  createVolume(spec?: volumes.VolumeSpec, options?: CallOptions): Promise<volumes.CreatedVolume>
  /**
   * Rejects: VOLUME_IN_USE. A missing volume resolves unless `missing: 'error'` (VOLUME_NOT_FOUND). Docker:
   * `DELETE /volumes/{name}`.
   */
  removeVolume(name: string, options?: volumes.RemoveVolumeOptions): Promise<void>
  /** Rejects: VOLUME_NOT_FOUND. Docker: `GET /volumes/{name}`. */
  inspectVolume(name: string, options?: CallOptions): Promise<volumes.VolumeDetails>
  /** In no order. Docker: `GET /volumes`. */
  listVolumes(filter?: volumes.VolumeFilter, options?: CallOptions): Promise<readonly volumes.VolumeDetails[]>
}

/** What `createRuntime` adds over any adapter. */
export interface DerivedMethods {
  /**
   * Creates and starts; removes what it created if the start fails or the call is aborted. By `pullPolicy` of the spec
   * the image is pulled first. Rejects as `pullImage`, `createContainer` and `startContainer` do.
   */
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
 * What authors of a backend write: the mandatory core, and of the gated methods those whose gate their capabilities
 * claim. Arguments arrive checked; `signal` is always given and is also aborted by `close()`; a call that ends by it
 * rejects with `signal.reason`. The signal of `startExec` and `attachContainer` goes on past the answer, until the
 * process has exited, the attachment's output has ended, or either is disposed of. Labels of created resources arrive
 * with the operation label added.
 */
export interface RuntimeAdapter extends MandatoryMethods, Partial<GatedMethods> {
  /** The backend's name, such as `docker`. */
  readonly backend: string
  readonly capabilities: Capabilities
  /** Frees what the adapter holds. Called once, after every call has ended. */
  close(): Promise<void>
}
