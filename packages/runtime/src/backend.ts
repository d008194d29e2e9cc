/** The backends that this package can open, in the order in which they are tried. */
export const backendNames = Object.freeze(['docker', 'podman', 'fake'] as const)

/** The name of one backend. */
export type BackendName = (typeof backendNames)[number]

/** How a backend's name is written for a person. */
export const backendTitles: Readonly<Record<BackendName, string>> = {
  docker: 'Docker',
  podman: 'Podman',
  fake: 'the fake',
}

/** Whether a value is the name of a backend. */
export function isBackendName(value: unknown): value is BackendName {
  return backendNames.some((name) => name === value)
}
