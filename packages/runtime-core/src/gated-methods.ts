import type * as archives from './archives.ts'
import type * as build from './build.ts'
import type { ByteSource, CallOptions, ProgressOptions, RuntimeStream } from './call-options.ts'
import type * as checkpoints from './checkpoints.ts'
import type * as compose from './compose.ts'
import type * as containers from './containers.ts'
import type * as events from './events.ts'
import type * as exec from './exec.ts'
import type * as images from './images.ts'

/**
 * What a backend may have; each method stands behind a gate of `capabilities`, and where the gate is not claimed it
 * rejects with UNSUPPORTED, whose `details.capability` names the gate. What every method may reject with besides stands
 * at `MandatoryMethods`.
 */
export interface GatedMethods {
  /**
   * Builds an image from a Dockerfile and its context (`POST /build`, `POST /libpod/build`). Gate `build`. Rejects:
   * BUILD_FAILED (with the step, its exit code and the end of its log), INVALID_ARGUMENT (a context, a Dockerfile
   * outside of it or a secret that cannot be read, an agent that does not listen), UNSUPPORTED (a field that the
   * backend lacks). An abort leaves no image.
   */
  buildImage(spec: build.BuildSpec, options?: ProgressOptions<build.BuildEvent>): Promise<build.BuiltImage>
  /**
   * Sends an image to the registry that its name begins with; without a tag, `latest`. Resolves with the digest of its
   * manifest there. Gate `pushImage`. Rejects: IMAGE_NOT_FOUND, UNAUTHORIZED, RATE_LIMITED, REGISTRY_UNAVAILABLE,
   * CREDENTIAL_HELPER_FAILED. Docker: `POST /images/{name}/push`.
   */
  pushImage(reference: string, options?: images.PushImageOptions): Promise<{ readonly digest: string }>
  /**
   * One tar stream of several images with their tags. Gate `imageArchives`. Rejects: IMAGE_NOT_FOUND before the first
   * byte. Docker: `GET /images/get`.
   */
  saveImages(references: readonly string[], options?: images.SaveImagesOptions): RuntimeStream<Uint8Array>
  /**
   * Brings in what `saveImages` wrote; resolves with the references, or ids of what has none, that were loaded. Gate
   * `imageArchives`. Rejects: INVALID_ARGUMENT (`archive`) for what is no archive of images. An aborted load may have
   * loaded some of them. Docker: `POST /images/load`.
   */
  loadImages(archive: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<readonly string[]>
  /**
   * The steps by which an image was made, newest first. Gate `imageHistory`. Rejects: IMAGE_NOT_FOUND. Docker: `GET
   * /images/{name}/history`.
   */
  imageHistory(reference: string, options?: CallOptions): Promise<readonly images.ImageHistoryEntry[]>

  /**
   * Starts a process in a running container and answers while it runs. Gate `interactiveStreams`. Rejects:
   * CONTAINER_NOT_RUNNING, EXEC_START_FAILED. The signal, and `close()`, end the process's streams as long as it lives,
   * unless it is detached: `output`, `exited` and the others then reject with the reason. Docker: `POST
   * /containers/{id}/exec`, `POST /exec/{id}/start`.
   */
  startExec(id: string, spec: exec.ExecSpec, options?: exec.StartExecOptions): Promise<exec.ExecProcess>
  /**
   * Connects to the container's own process. Gate `interactiveStreams`. Rejects: CONTAINER_NOT_RUNNING,
   * INVALID_ARGUMENT (`stdin` of a container without `openStdin`). The signal, and `close()`, end the connection
   * until `ended` has settled; the container runs on. Docker: `POST /containers/{id}/attach`.
   */
  attachContainer(id: string, options?: exec.AttachContainerOptions): Promise<exec.ContainerAttachment>
  /**
   * Stops it and starts it again; one that does not run is only started. Gate `restart`. Rejects:
   * CONTAINER_START_FAILED, PORT_IN_USE. An aborted restart goes on in the engine. Docker: `POST
   * /containers/{id}/restart`.
   */
  restartContainer(id: string, options?: containers.RestartContainerOptions): Promise<void>
  /**
   * Halts its processes where they are; paused already is a no-op. Gate `pause`. Rejects: CONTAINER_NOT_RUNNING.
   * Docker: `POST /containers/{id}/pause`.
   */
  pauseContainer(id: string, options?: CallOptions): Promise<void>
  /**
   * Lets its processes go on; one that runs is left so. Gate `pause`. Rejects: CONTAINER_NOT_RUNNING. Docker: `POST
   * /containers/{id}/unpause`.
   */
  unpauseContainer(id: string, options?: CallOptions): Promise<void>
  /**
   * Its own name is a no-op. Gate `rename`. Rejects: NAME_CONFLICT (`details.holderId`). Docker: `POST
   * /containers/{id}/rename`.
   */
  renameContainer(id: string, newName: string, options?: CallOptions): Promise<void>
  /**
   * Changes limits and the restart policy of a container, running or not; what is not given stays as it is. Gate
   * `update`. Rejects: UNSUPPORTED (a field that the backend cannot change). Docker: `POST /containers/{id}/update`.
   */
  updateContainer(id: string, update: containers.ContainerUpdate, options?: CallOptions): Promise<void>
  /**
   * About one sample a second for as long as the container runs; one that does not run has none. Gate `stats`. Leaving
   * the loop frees the socket. Docker: `GET /containers/{id}/stats`.
   */
  containerStats(id: string, options?: CallOptions): RuntimeStream<containers.ContainerStatsSample>
  /**
   * Its processes with their ids on the engine's host. Gate `stats`. Rejects: CONTAINER_NOT_RUNNING. Docker: `GET
   * /containers/{id}/top`.
   */
  containerProcesses(id: string, options?: CallOptions): Promise<readonly containers.ContainerProcess[]>

  /**
   * Unpacks a tar stream below `path`, in a container that may be stopped. Gate `archives`. Rejects: PATH_NOT_FOUND,
   * INVALID_ARGUMENT (an entry that leaves `path`, also through a symbolic link of the archive; an entry that the engine
   * would unpack as something else; an archive that is malformed or has no entry), UNSUPPORTED (a read-only mount; a mount
   * that the engine does not reach, at `path` or at an entry). The first 16 MiB are checked before anything is sent: a
   * refused archive that is longer, and an abort, may leave the entries unpacked by then. Docker:
   * `PUT /containers/{id}/archive`.
   */
  copyToContainer(
    id: string,
    path: string,
    archive: AsyncIterable<Uint8Array>,
    options?: archives.CopyToContainerOptions,
  ): Promise<void>
  /**
   * A tar stream of `path`, a file or a directory. Gate `archives`. Rejects: PATH_NOT_FOUND, UNSUPPORTED (`path` is on, or
   * above, a mount that the engine does not reach; `/proc`, `/sys` and `/dev` are left out of a copy of `/`). Docker: `GET
   * /containers/{id}/archive`.
   */
  copyFromContainer(id: string, path: string, options?: CallOptions): RuntimeStream<Uint8Array>
  /**
   * Details of `path`; a link is not followed. Gate `archives`. Rejects: PATH_NOT_FOUND, UNSUPPORTED (a mount that the engine
   * does not reach). Docker: `HEAD
   * /containers/{id}/archive`.
   */
  statPath(id: string, path: string, options?: CallOptions): Promise<archives.PathDetails>
  /**
   * One file; links are followed. Gate `archives`. Rejects: PATH_NOT_FOUND, OUTPUT_LIMIT, INVALID_ARGUMENT (a
   * directory), UNSUPPORTED (a mount that the engine does not reach). Docker: `GET /containers/{id}/archive`.
   */
  readFile(id: string, path: string, options?: archives.ReadFileOptions): Promise<Uint8Array>
  /**
   * Makes one file, or replaces it; its directory must be there. Gate `archives`. Rejects: PATH_NOT_FOUND, UNSUPPORTED (a
   * read-only mount, a file that is a mount by itself, or a mount that the engine does not reach). Docker: `PUT
   * /containers/{id}/archive`.
   */
  writeFile(id: string, path: string, content: ByteSource, options?: archives.WriteFileOptions): Promise<void>

  /**
   * One that is connected already is left so. Gate `networkConnect`. Rejects: NETWORK_NOT_FOUND, CONTAINER_NOT_RUNNING (a paused
   * container, on Podman, which cannot change its networks). Docker:
   * `POST /networks/{id}/connect`.
   */
  connectNetwork(
    network: string,
    container: string,
    options?: CallOptions & { readonly aliases?: readonly string[] },
  ): Promise<void>
  /**
   * One that is not connected is left so. Gate `networkConnect`. Rejects: NETWORK_NOT_FOUND, CONTAINER_NOT_RUNNING (a paused
   * container, on Podman, which cannot change its networks). Docker:
   * `POST /networks/{id}/disconnect`.
   */
  disconnectNetwork(
    network: string,
    container: string,
    options?: CallOptions & { readonly force?: boolean },
  ): Promise<void>
  /**
   * Removes containers that do not run, with their anonymous volumes. Gate `prune`. Lists and removes one by one:
   * `DELETE /containers/{id}`.
   */
  pruneContainers(filter: events.PruneFilter): Promise<events.PruneResult>
  /**
   * Removes images that no container uses, with or without a tag. Gate `prune`. Lists and removes one by one: `DELETE
   * /images/{name}`.
   */
  pruneImages(filter: events.PruneFilter): Promise<events.PruneResult>
  /**
   * Removes networks that no running container is attached to. Gate `prune`. Lists and removes one by one: `DELETE
   * /networks/{id}`.
   */
  pruneNetworks(filter: events.PruneFilter): Promise<events.PruneResult>
  /** Removes volumes that no container uses. Gate `prune`. Lists and removes one by one: `DELETE /volumes/{name}`. */
  pruneVolumes(filter: events.PruneFilter): Promise<events.PruneResult>
  /**
   * What happens on the engine, from now or from `since`. Gate `events`. Ends at `until`, or when the engine ends it;
   * one that breaks rejects with CONNECTION_LOST; with `reconnect` both go on. Leaving the loop frees the socket.
   * Docker: `GET /events`.
   */
  events(filter?: events.EventFilter): RuntimeStream<events.RuntimeEvent>

  /**
   * Brings up a project, or those of its services that are named, with what they depend on (`compose up --detach`).
   * Gate `compose`. A failed or aborted up never removes volumes. Rejects: COMPOSE_UNAVAILABLE, COMPOSE_FAILED.
   */
  composeUp(
    project: compose.ComposeProject,
    options?: compose.ComposeUpOptions,
  ): Promise<readonly compose.ComposeService[]>
  /**
   * Removes the services of the files, whatever their profiles, or all that carries the name where that alone is given
   * (`compose down`; see `ComposeDownOptions`). Gate `compose`. A second down is a
   * no-op. Rejects: COMPOSE_UNAVAILABLE, COMPOSE_FAILED.
   */
  composeDown(project: compose.ComposeProject, options?: compose.ComposeDownOptions): Promise<void>
  /**
   * `undefined`: no such service, or it does not run. Gate `compose`. Rejects: without a `projectName`, which compose
   * then tells, COMPOSE_UNAVAILABLE and COMPOSE_FAILED. Docker: `GET /containers/json` by the project's labels.
   */
  findComposeContainer(
    project: compose.ComposeProject,
    service: string,
    options?: CallOptions,
  ): Promise<compose.ComposeService | undefined>
  /** The project's containers, stopped ones included. Gate `compose`. Rejects as `findComposeContainer` does. */
  composePs(project: compose.ComposeProject, options?: CallOptions): Promise<readonly compose.ComposeService[]>
  /**
   * The project's output line by line, each with its service. Gate `compose`. Leaving the loop frees the sockets.
   * Rejects as `findComposeContainer` does. Docker: `GET /containers/{id}/logs`.
   */
  composeLogs(
    project: compose.ComposeProject,
    options?: compose.ComposeLogsOptions,
  ): RuntimeStream<compose.ComposeLogLine>
  /** The resolved model (`compose config`). Gate `compose`. Rejects: COMPOSE_UNAVAILABLE, COMPOSE_FAILED. */
  composeConfig(project: compose.ComposeProject, options?: CallOptions): Promise<compose.ComposeModel>

  /** Writes a running container's processes to an archive. Gate `checkpoint`. */
  checkpointContainer(id: string, options?: checkpoints.CheckpointOptions): Promise<Uint8Array>
  /** Makes a container of an archive and lets its processes go on. Gate `checkpoint`. */
  restoreContainer(
    archive: Uint8Array | AsyncIterable<Uint8Array>,
    options?: checkpoints.RestoreOptions,
  ): Promise<containers.CreatedContainer>
}
