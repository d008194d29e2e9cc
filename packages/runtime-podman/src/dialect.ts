import type { Dialect, EndedExec, EngineIdentity } from '@moorage/engine-api'
import { archivePattern, archivesMiss } from './differences/archives.ts'
import { meantStatus } from './differences/failures.ts'
import { containerState } from './differences/states.ts'

/** How Podman differs from Docker in what the mapping that they share cannot see by itself. */
export const podmanDialect: Dialect = Object.freeze({
  backend: 'podman',
  engineName: 'Podman',
  status: meantStatus,
  containerStatus: containerState,
  /** The process id is forgotten when an exec ends; what is left is the exit code and the OCI runtime's words. */
  neverStarted: ({ exitCode, output }: EndedExec) =>
    (exitCode < 0 || exitCode >= 125) && /^Error: .*: (?:exec failed|executable file .* not found)/.test(output),
  processIdsQuery: 'hpid',
  unknownExitCode: -1,
  /** conmon closes its socket with the input in it, which resets the output that Podman has not read yet (5.4). */
  losesOutputOverUnreadInput: true,
  /** Podman writes its own error as the last piece of the process's stderr (5.4). */
  reportsLoss: (text: string) =>
    /^Error: (?:read|write) unixpacket @->\/\S+\/attach: (?:read|write): (?:connection reset by peer|broken pipe)\r?\n$/.test(
      text,
    ),
  /** Its own id is another one for every question; the machine and the store tell two engines apart. */
  engineId: ({ Name = '', DockerRootDir = '' }: EngineIdentity) => `${Name}:${DockerRootDir}`,
  /** Podman 5.4 resets the restart policy, and drops `NanoCpus`. */
  updatesWhole: true,
  /** Podman 5.4 looks four times a second. */
  waitsByLooking: true,
  exitEvents: Object.freeze(['died', 'remove']),
  /** Podman 5.4 does at 1 MB, where its events go to a file. */
  rotatesEvents: true,
  /** Podman (5.4) joins the arguments and cuts them at blanks, but takes a JSON array for what it is. */
  healthcheckTest: (command: readonly string[]) => [JSON.stringify(command)],
  archivesMiss,
  archivePattern,
  /** Podman 5.4 removes a network that is in use when it is called by its id, and refuses by its name. */
  networkHandle: ({ name }: { readonly name: string }) => name,
  /** Podman (5.4) drops the container's own MAC address. */
  defaultNetwork: 'default',
  /**
   * Podman tries again for minutes when a registry answers 5xx or 429; whether to try again is for the caller to say. What
   * its library does about a 429 stays: half a minute (5.4).
   */
  transferQuery: Object.freeze({ retry: '0' }),
  /**
   * Docker has no such call. The children go on; a process that ignores SIGTERM takes Podman ten seconds (5.8), or is not
   * ended at all (5.4).
   */
  execRemoval: (execId: string) => ({ path: `/libpod/exec/${execId}/remove`, body: { Force: true } }),
  /** Podman (5.4) then fails to list and inspect the container, for all its users, until it is disconnected. */
  breaksPausedNetworks: true,
  /** The Docker-compatible inspection (5.4) leaves an image's healthcheck out. */
  imageHealthPath: (id: string) => `/libpod/images/${id}/json`,
  /** Short names come back with the registry that Podman took them for. */
  imageName: (reference: string) => reference.replace(/^(?:docker\.io\/(?:library\/)?|localhost\/)/, ''),
})
