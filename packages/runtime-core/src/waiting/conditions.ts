import type { CallOptions } from '../call-options.ts'
import type { ContainerDetails } from '../containers.ts'
import { invalidArgument, RuntimeError } from '../errors.ts'
import type { LogLine } from '../logs.ts'
import type { MandatoryMethods } from '../runtime.ts'
import { logLines } from '../streams/lines.ts'
import { poll } from './poll.ts'

/** Give a deadline with the signal (`AbortSignal.timeout`): none of these has one of its own. */
export interface WaitUntilOptions extends CallOptions {
  /** How often an engine is asked at most, in milliseconds. Default 250. */
  readonly intervalMs?: number
}

type Inspecting = Pick<MandatoryMethods, 'inspectContainer'>

/**
 * Resolves once the container's healthcheck, its own or its image's, says healthy. Rejects: CONTAINER_NOT_RUNNING as soon
 * as it has exited, CONTAINER_UNHEALTHY as soon as the check has failed for good, INVALID_ARGUMENT when it has no
 * healthcheck, CONTAINER_NOT_FOUND.
 */
export async function waitUntilHealthy(
  runtime: Inspecting,
  id: string,
  options: WaitUntilOptions = {},
): Promise<ContainerDetails> {
  const operation = 'waitUntilHealthy'
  return poll(async () => {
    const details = await runtime.inspectContainer(id, callOptions(options))
    refuseEnded(operation, details)
    switch (details.health) {
      case 'healthy':
        return details
      case 'starting':
        return undefined
      case 'unhealthy':
        throw new RuntimeError('CONTAINER_UNHEALTHY', {
          message: `${operation}: the healthcheck of container \`${details.name}\` has failed for good. Read its logs, or run the check with an exec.`,
          operation,
          resource: { kind: 'container', id: details.id },
          details: {},
        })
      case 'none':
        // Some engines tell of a check only a moment after the start.
        if (details.status === 'running') throw invalidArgument(operation, 'id', 'a container that has a healthcheck')
        return undefined
    }
  }, pollOptions(options))
}

/**
 * Resolves with the first line of output that matches, also when it was written before the call or the container has
 * exited since. Rejects: CONTAINER_NOT_RUNNING when it ended without such a line, CONTAINER_NOT_FOUND.
 */
export async function waitForLogLine(
  runtime: Pick<MandatoryMethods, 'containerLogs'>,
  id: string,
  matches: RegExp | ((line: LogLine) => boolean),
  options: CallOptions & { readonly maxLineBytes?: number } = {},
): Promise<LogLine> {
  const operation = 'waitForLogLine'
  const { maxLineBytes } = options
  const chunks = runtime.containerLogs(id, { ...callOptions(options), follow: true })
  const lines = logLines(chunks, maxLineBytes === undefined ? {} : { maxLineBytes })
  for await (const line of lines) {
    // A pattern with the flag `g` or `y` remembers where it was.
    const isMatch = matches instanceof RegExp ? line.text.search(matches) !== -1 : matches(line)
    if (isMatch) return line
  }
  throw new RuntimeError('CONTAINER_NOT_RUNNING', {
    message: `${operation}: container \`${id}\` ended without writing a line that matches${matches instanceof RegExp ? ` ${matches}` : ''}. Read its logs.`,
    operation,
    resource: { kind: 'container', id },
    details: {},
  })
}

/** Tries to reach a port, and throws when it cannot: for a program that can open connections of its own. */
export type Connect = (host: string, port: number, signal?: AbortSignal) => Promise<void>

export interface WaitForPortOptions extends WaitUntilOptions {
  /**
   * Try the published port from here. Absent: ask the container's own list of listening sockets, which needs `cat` in its
   * image; a published port that accepts a connection proves nothing, since an engine's proxy accepts for anybody.
   */
  readonly connect?: Connect
}

/**
 * Resolves once something in the container listens on a TCP port. Rejects: CONTAINER_NOT_RUNNING as soon as it has exited,
 * CONTAINER_NOT_FOUND, EXEC_START_FAILED when the image has no `cat` and no `connect` was given, INVALID_ARGUMENT when
 * `connect` was given for a port that is not published.
 */
export async function waitForPort(
  runtime: Inspecting & Pick<MandatoryMethods, 'execContainer'>,
  id: string,
  port: number,
  options: WaitForPortOptions = {},
): Promise<ContainerDetails> {
  const operation = 'waitForPort'
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw invalidArgument(operation, 'port', 'a whole number from 1 to 65535')
  const { connect } = options
  return poll(async () => {
    const details = await runtime.inspectContainer(id, callOptions(options))
    refuseEnded(operation, details)
    if (details.status !== 'running') return undefined
    const isOpen =
      connect === undefined
        ? await listensInside(runtime, id, port, options)
        : await answersOutside(operation, details, port, connect, options.signal)
    return isOpen ? details : undefined
  }, pollOptions(options))
}

async function listensInside(
  runtime: Pick<MandatoryMethods, 'execContainer'>,
  id: string,
  port: number,
  options: CallOptions,
): Promise<boolean> {
  const spec = { command: ['cat', '/proc/net/tcp', '/proc/net/tcp6'] }
  const stdout = await runtime.execContainer(id, spec, callOptions(options)).then(
    (result) => result.stdout,
    (error: unknown) => {
      // It has ended in the meantime, which the next look tells better.
      if (RuntimeError.is(error, 'EXEC_INTERRUPTED') || RuntimeError.is(error, 'CONTAINER_NOT_RUNNING')) return ''
      throw error
    },
  )
  // `sl local_address rem_address st …`, numbers in hexadecimal; the state 0A is LISTEN.
  const local = new RegExp(`^\\s*\\d+: [0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, '0')} \\S+ 0A `, 'm')
  return local.test(stdout)
}

async function answersOutside(
  operation: string,
  details: ContainerDetails,
  port: number,
  connect: Connect,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const published = details.ports.find(({ containerPort, protocol }) => containerPort === port && protocol === 'tcp')
  if (published === undefined)
    throw invalidArgument(operation, 'port', `a published port of the container, when \`connect\` is given`)
  const [address = '127.0.0.1'] = published.hostAddresses
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
  try {
    await connect(host, published.hostPort, signal)
    return true
  } catch {
    signal?.throwIfAborted()
    return false
  }
}

/** Nothing more will come of one that has ended; one that was never started may still be. */
function refuseEnded(operation: string, { id, name, status, exitCode }: ContainerDetails): void {
  if (status !== 'exited' && status !== 'dead' && status !== 'removing') return
  const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`
  throw new RuntimeError('CONTAINER_NOT_RUNNING', {
    message: `${operation}: container \`${name}\` has ended${code}. Read its logs.`,
    operation,
    resource: { kind: 'container', id },
    details: {},
  })
}

function callOptions({ signal }: CallOptions): CallOptions {
  return signal === undefined ? {} : { signal }
}

function pollOptions({ signal, intervalMs = 250 }: WaitUntilOptions): {
  readonly signal?: AbortSignal
  readonly intervalMs: number
} {
  return { intervalMs, ...(signal && { signal }) }
}
