import type { Candidate } from '@moorage/engine-api'

/** Where Podman may answer: the address that was named, and only that one, else its usual sockets. */
export function podmanCandidates(
  host: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly Candidate[] {
  if (host !== undefined) return [{ host, source: 'option' }]
  const { CONTAINER_HOST: named, XDG_RUNTIME_DIR: runtimeFolder } = environment
  if (named !== undefined && named !== '') return [{ host: named, source: 'CONTAINER_HOST' }]
  return [
    ...(runtimeFolder === undefined ? [] : [`${runtimeFolder}/podman/podman.sock`]),
    '/run/podman/podman.sock',
  ].map((path) => ({ host: `unix://${path}`, source: 'default' }))
}
