import { setTimeout as delay } from 'node:timers/promises'
import type { ComposeFailureKind, ComposeProject, ComposeService, ComposeUpOptions } from '@moorage/runtime-core'
import { upArguments } from './arguments.ts'
import type { ComposeRunner } from './cli.ts'
import { composeConfig } from './config.ts'
import { composeFailed } from './failures.ts'
import { expectedServices, projectServices, readinessOf, type Looking } from './services.ts'

const operation = 'composeUp'
const lookEveryMs = 250
/** How often healthchecks are given a chance to run on an engine that leaves them to whoever looks. */
const tendEveryMs = 500

export interface UpOptions {
  /** Healthchecks run only while somebody inspects. */
  readonly tendsHealth: boolean
}

/** `compose up --detach`, and a waiting of our own. What a failed or aborted one has made stays, and is found by its project. */
export async function composeUp(
  cli: ComposeRunner,
  adapter: Looking,
  project: ComposeProject,
  { signal, onEvent, ...options }: ComposeUpOptions,
  { tendsHealth }: UpOptions,
): Promise<readonly ComposeService[]> {
  const { services = [] } = options
  // A service that is named comes up whatever its profile.
  const whole = services.length > 0 ? { ...project, profiles: ['*'] } : project
  const verb = upArguments(options)
  // From the beginning: a compose that hangs over the files is late as well.
  await using deadline = new Deadline(signal, options.wait === true ? options.waitTimeoutMs : undefined)
  const model = await composeConfig(cli, whole, deadline.signal, operation).catch((error: unknown) => {
    if (!deadline.isOver || signal?.aborted === true) throw error
    const text = `after ${options.waitTimeoutMs} ms compose has not read the files of the project yet`
    throw composeFailed({ operation, kind: 'timeout', text, arguments: verb, lastLines: [] })
  })
  const expected = expectedServices(model, services)
  const failed = (kind: ComposeFailureKind, text: string, service: string): Error =>
    composeFailed({ operation, kind, text, service, arguments: verb, lastLines: [] })
  const look = (looking: AbortSignal | undefined): Promise<readonly ComposeService[]> =>
    projectServices(adapter, model.name, looking)

  try {
    const tending = new AbortController()
    const tended = tendsHealth ? tend(() => look(tending.signal), tending.signal) : Promise.resolve()
    try {
      await cli.run({ operation, project, verb, signal: deadline.signal, ...(onEvent && { onEvent }) })
    } finally {
      tending.abort()
      await tended
    }
    const made = await look(deadline.signal)
    const missing = expected.find((service) => made.every((one) => one.service !== service))
    if (missing !== undefined)
      throw failed('other', `compose has ended well, and there is no container of the service \`${missing}\``, missing)
    if (options.wait === true) await untilReady(expected, () => look(deadline.signal), failed, deadline.signal)
  } catch (error) {
    if (!deadline.isOver || signal?.aborted === true) throw error
    const late = notReady(expected, await look(signal))
    const names = late.map((service) => `\`${service}\``).join(', ')
    throw failed('timeout', `after ${options.waitTimeoutMs} ms these are not ready: ${names}`, late[0] ?? '')
  }
  return look(signal)
}

function notReady(expected: readonly string[], containers: readonly ComposeService[]): readonly string[] {
  return expected.filter((name) => readinessOf(containers.filter(({ service }) => service === name)) !== 'ready')
}

async function untilReady(
  expected: readonly string[],
  look: () => Promise<readonly ComposeService[]>,
  failed: (kind: ComposeFailureKind, text: string, service: string) => Error,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    const containers = await look()
    const states = expected.map((name) => {
      const own = containers.filter(({ service }) => service === name)
      return {
        name,
        readiness: readinessOf(own),
        exitCode: own.find(({ exitCode }) => exitCode !== undefined)?.exitCode,
      }
    })
    for (const { name, readiness, exitCode } of states) {
      if (readiness === 'unhealthy') throw failed('unhealthy', `the service \`${name}\` is unhealthy`, name)
      if (readiness === 'failed')
        throw failed('job-failed', `the service \`${name}\` has ended with exit code ${exitCode}`, name)
    }
    if (states.every(({ readiness }) => readiness === 'ready')) return
    await delay(lookEveryMs, undefined, signal === undefined ? {} : { signal })
  }
}

async function tend(look: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // What goes wrong here goes wrong for compose too, which says so.
    await look().catch(() => undefined)
    await delay(tendEveryMs, undefined, { signal }).catch(() => undefined)
  }
}

/** The caller's signal and a time, whichever comes first. */
class Deadline implements AsyncDisposable {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout | undefined
  isOver = false

  constructor(caller: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.#caller = caller
    if (caller?.aborted === true) this.#forward()
    caller?.addEventListener('abort', this.#forward, { once: true })
    if (timeoutMs === undefined) return
    this.#timer = setTimeout(() => {
      this.isOver = true
      this.#controller.abort(new Error('the time for the waiting is over'))
    }, timeoutMs)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#forward)
  }

  readonly #forward = (): void => this.#controller.abort(this.#caller?.reason)
}
