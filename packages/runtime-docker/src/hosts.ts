import { homedir, platform } from 'node:os'
import type { Candidate } from '@moorage/engine-api'

/** Where Docker may answer: the address that was named, and only that one, else the usual sockets of this platform. */
export function dockerCandidates(
  host: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly Candidate[] {
  if (host !== undefined) return [{ host, source: 'option' }]
  const { DOCKER_HOST: named, XDG_RUNTIME_DIR: runtimeFolder } = environment
  if (named !== undefined && named !== '') return [{ host: named, source: 'DOCKER_HOST' }]
  if (platform() === 'win32') return [{ host: 'npipe:////./pipe/docker_engine', source: 'default' }]
  const home = homedir()
  return [
    '/var/run/docker.sock',
    ...(runtimeFolder === undefined ? [] : [`${runtimeFolder}/docker.sock`]),
    `${home}/.docker/run/docker.sock`,
  ].map((path) => ({ host: `unix://${path}`, source: 'default' }))
}
