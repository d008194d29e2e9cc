import { parseArgs } from 'node:util'
import { backendNames, type BackendName } from '@moorage/runtime'

export const usage = `Runs a real container job on the best backend that this machine has, and removes all of it again.

  pnpm demo [--backend docker|podman|fake] [--plain]

  --backend NAME  take this backend and no other; else Docker, Podman or the in-memory fake, in this order
  --plain         one plain line per step, as when the output is no terminal
  --help          this text

Environment:
  MOORAGE_BACKEND     the same as --backend
  DOCKER_HOST         where Docker is, such as unix:///var/run/docker.sock
  CONTAINER_HOST      where Podman is
  MOORAGE_TEST_IMAGE  an image with busybox's programs; else one that the engine has, is made here or is pulled
  NO_COLOR            no colours

Exit code: 0 when all went well and nothing is left; 1 when not; 2 for bad arguments; 130 after Ctrl-C.
`

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly backend?: BackendName; readonly plain: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly reason: string }

export function parseRequest(args: readonly string[]): Request {
  try {
    const { values } = parseArgs({
      // pnpm passes on the `--` that other package managers swallow.
      args: args.filter((argument) => argument !== '--'),
      options: {
        backend: { type: 'string' },
        plain: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) return { kind: 'help' }
    const backend = backendNames.find((name) => name === values.backend)
    if (values.backend !== undefined && backend === undefined) {
      return { kind: 'refused', reason: `--backend is one of ${backendNames.join(', ')}, not "${values.backend}"` }
    }
    return { kind: 'run', plain: values.plain, ...(backend && { backend }) }
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'refused', reason: error.message }
    throw error
  }
}
