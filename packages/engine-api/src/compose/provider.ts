import { RuntimeError, type ConnectionAttempt } from '@moorage/runtime-core'
import { runCommand, type CommandOptions } from './command.ts'

/** A compose of version 2 that can be run. */
export interface ComposeProvider {
  readonly command: readonly string[]
  readonly version: string
}

const candidates = [['docker', 'compose'], ['docker-compose']] as const

const notInstalled = 'it is not installed'

/** A command line that does not answer would be asked for ever. */
const deadlineMs = 20_000

/** The plugin, else the standalone binary. Rejects with COMPOSE_UNAVAILABLE, which says what was tried. */
export async function findProvider(
  operation: string,
  options: Omit<CommandOptions, 'onLine'>,
): Promise<ComposeProvider> {
  const tried: ConnectionAttempt[] = []
  for (const command of candidates) {
    const found = await probe(command, options)
    if ('version' in found) return found
    tried.push({ target: command.join(' '), source: 'PATH', reason: found.reason })
  }
  const other = await probe(['podman-compose'], options)
  const isThere = 'version' in other || other.reason !== notInstalled
  const hint = isThere ? ' podman-compose is there, and is another program.' : ''
  const list = tried.map(({ target, reason }) => `\n  ${target}: ${reason}`).join('')
  throw new RuntimeError('COMPOSE_UNAVAILABLE', {
    message: `${operation}: there is no compose to run.${hint} Install Docker Compose 2 (the plugin of \`docker\`, or \`docker-compose\`); it works for Podman too. Tried:${list}`,
    operation,
    details: { tried },
  })
}

async function probe(
  command: readonly string[],
  options: Omit<CommandOptions, 'onLine'>,
): Promise<ComposeProvider | { readonly reason: string }> {
  const deadline = AbortSignal.timeout(deadlineMs)
  const { signal } = options
  const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
  try {
    const { exitCode, stdout, lastLines, notStarted } = await runCommand([...command, 'version', '--short'], {
      ...options,
      signal: both,
    })
    if (notStarted !== undefined) return { reason: notStarted.includes('ENOENT') ? notInstalled : notStarted }
    if (exitCode === 127) return { reason: notInstalled }
    const version = /\d+\.\d+[\w.+-]*/.exec(stdout)?.[0]
    if (exitCode !== 0 || version === undefined)
      return { reason: `it ended with exit code ${exitCode}${lastLines.length > 0 ? `: ${lastLines.at(-1)}` : ''}` }
    if (Number(version.split('.')[0]) < 2) return { reason: `it is version ${version}; 2 is needed` }
    return { command, version }
  } catch (error) {
    signal?.throwIfAborted()
    if (error === deadline.reason) return { reason: `it has not answered within ${deadlineMs / 1000} s` }
    throw error
  }
}
