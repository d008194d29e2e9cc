import { knownStatus, type Dialect, type EndedExec, type EngineIdentity, type FailedAnswer } from '@moorage/engine-api'
import type { ContainerStatus } from '@moorage/runtime-core'
import { missingSource } from './bind-sources.ts'

/** Podman's words of 5.4 and 5.8 for what Docker tells by the status; it answers 500 instead. */
const meanings: readonly (readonly [status: number, method: string, path: RegExp, words: RegExp])[] = [
  [409, 'POST', /^\/containers\/create$/, /that name is already in use/],
  [404, 'POST', /^\/(?:libpod\/)?containers\/create$/, /no such image|image not known/],
  [missingSource, 'POST', /^\/libpod\/containers\/create$/, /no such file or directory/],
  [409, 'DELETE', /^\/containers\/[^/]+$/, /container state improper/],
  [409, 'POST', /^\/containers\/[^/]+\/(?:exec|kill)$/, /container state improper/],
  [409, 'DELETE', /^\/networks\//, /network is being used|has associated containers/],
  [409, 'POST', /^\/networks\/create$/, /network already exists/],
  [409, 'POST', /^\/volumes\/create$/, /volume already exists/],
  [409, 'POST', /^\/containers\/[^/]+\/rename$/, /already in use|UNIQUE constraint failed/],
  [409, 'DELETE', /^\/images\//, /more than one tag|image is in use/],
]

const states: Readonly<Record<string, { readonly status: ContainerStatus; readonly settled: boolean }>> = {
  configured: { status: 'created', settled: true },
  initialized: { status: 'created', settled: true },
  stopping: { status: 'running', settled: false },
  // The process is gone, and its exit code not yet recorded.
  stopped: { status: 'exited', settled: false },
  removing: { status: 'removing', settled: false },
}

/** How Podman differs from Docker in what the mapping that they share cannot see by itself. */
export const podmanDialect: Dialect = Object.freeze({
  backend: 'podman',
  engineName: 'Podman',
  status({ method, path, status, message }: FailedAnswer) {
    if (status !== 500) return status
    const known = meanings.find(([, verb, route, words]) => verb === method && route.test(path) && words.test(message))
    return known?.[0] ?? status
  },
  containerStatus: (text: string) => states[text] ?? { status: knownStatus(text), settled: true },
  /** The process id is forgotten when an exec ends; what is left is the exit code and the OCI runtime's words. */
  neverStarted: ({ exitCode, output }: EndedExec) =>
    (exitCode < 0 || exitCode >= 125) && /^Error: .*: (?:exec failed|executable file .* not found)/.test(output),
  /** Its own id is another one for every question; the machine and the store tell two engines apart. */
  engineId: ({ Name = '', DockerRootDir = '' }: EngineIdentity) => `${Name}:${DockerRootDir}`,
  /** Podman 5.4 looks four times a second. */
  waitsByLooking: true,
  /** Podman 5.4 removes a network that is in use when it is called by its id, and refuses by its name. */
  networkHandle: ({ name }: { readonly name: string }) => name,
  /** Short names come back with the registry that Podman took them for. */
  imageName: (reference: string) => reference.replace(/^(?:docker\.io\/(?:library\/)?|localhost\/)/, ''),
})
