import { setTimeout as delay } from 'node:timers/promises'
import {
  RuntimeError,
  type ComposeFailureKind,
  type ComposeProject,
  type ComposeService,
  type ComposeUpOptions,
} from '@moorage/runtime-core'
import { upArguments } from './arguments.ts'
import type { ComposeRunner } from './cli.ts'
import { requireAttachedFiles } from './attached-files.ts'
import { withBuilderAdvice } from './builder.ts'
import { checkedConfig } from './config.ts'
import { Deadline } from './deadline.ts'
import { composeFailed } from './failures.ts'
import { projectContainers } from './belongings.ts'
import { expectedServices, projectServices, readinessOf } from './services.ts'
import type { EngineMethods } from './engine-methods.ts'
import { identityOf } from './origin.ts'
import { takesOver } from './shared-name.ts'
import type { Turns } from './turns.ts'

const operation = 'composeUp'
const lookEveryMs = 250
/** How often healthchecks are given a chance to run on an engine that leaves them to whoever looks. */
const tendEveryMs = 500

export interface UpOptions {
  /** Healthchecks run only while somebody inspects. */
  readonly tendsHealth: boolean
  /** What compose needs for this engine. */
  readonly environment?: Readonly<Record<string, string>>
  /** The engine makes an empty folder where the source of a bind is missing. */
  readonly makesBindSources?: boolean
  /** The engine has the files of this machine. */
  readonly isLocal?: boolean
}

/** How long the one look may take that says what was late, or which service compose has failed at. */
const lastLookMs = 10_000

/** How long the look may take for containers that already have the project's name. */
const nameLookMs = 5000

/** What an up is about, once the files are read. */
interface Upping {
  readonly expected: readonly string[]
  readonly look: (signal: AbortSignal | undefined) => Promise<readonly ComposeService[]>
  readonly failed: (kind: ComposeFailureKind, text: string, service?: string) => RuntimeError<'COMPOSE_FAILED'>
  readonly signal: AbortSignal
}

/** `compose up --detach`, and a waiting of our own. What a failed or aborted one has made stays, and is found by its project. */
export async function composeUp(
  cli: ComposeRunner,
  engine: EngineMethods,
  turns: Turns,
  project: ComposeProject,
  { signal, ...options }: ComposeUpOptions,
  { tendsHealth, environment, makesBindSources = false, isLocal = false }: UpOptions,
): Promise<readonly ComposeService[]> {
  const { services = [], waitTimeoutMs } = options
  const plainVerb = upArguments(options)
  const failed: Upping['failed'] = (kind, text, service) =>
    composeFailed({
      operation,
      kind,
      text,
      ...(service !== undefined && { service }),
      arguments: plainVerb,
      lastLines: [],
    })
  // From the beginning: a compose that hangs over the files is late as well.
  await using deadline = new Deadline(signal, options.wait === true ? waitTimeoutMs : undefined)
  const isLate = (): boolean => deadline.isOver && signal?.aborted !== true

  const model = await checkedConfig(cli, project, deadline.signal, operation, services).catch((error: unknown) => {
    if (!isLate()) throw error
    throw failed('timeout', `after ${waitTimeoutMs} ms compose has not read the files of the project yet`)
  })
  const upping: Upping = {
    expected: expectedServices(model, services),
    look: (looking) => projectServices(engine, model.name, identityOf(project), looking),
    failed,
    signal: deadline.signal,
  }
  if (makesBindSources && isLocal) await requireAttachedFiles(model, upping.expected, operation)
  let hasBegun = false
  try {
    return await turns.take(model.name, deadline.signal, async () => {
      hasBegun = true
      try {
        // An engine that does not answer is compose's to report.
        const { others } = (await answerSoon(
          (soon) => projectContainers(engine, model.name, project, soon),
          nameLookMs,
          deadline.signal,
        )) ?? { others: [] }
        const isTaken = await takesOver(project, {
          operation,
          projectName: model.name,
          services: upping.expected,
          others,
        })
        const verb = isTaken ? upArguments({ ...options, forceRecreate: true }) : plainVerb
        await bringUp(cli, { project, verb, tendsHealth, ...options }, upping)
        return await ready(upping, options.wait === true)
      } catch (error) {
        const named = await naming(error, upping)
        throw environment?.['DOCKER_BUILDKIT'] === '0' ? withBuilderAdvice(named, model.services, operation) : named
      }
    })
  } catch (error) {
    if (!isLate()) throw error
    if (!hasBegun) throw failed('timeout', `after ${waitTimeoutMs} ms another call on the project goes on`)
    throw await late(upping, waitTimeoutMs, signal)
  }
}

interface Bringing extends Omit<ComposeUpOptions, 'signal'> {
  readonly project: ComposeProject
  readonly verb: readonly string[]
  readonly tendsHealth: boolean
}

async function bringUp(
  cli: ComposeRunner,
  { project, verb, tendsHealth, onEvent }: Bringing,
  { look, signal }: Upping,
): Promise<void> {
  const tending = new AbortController()
  const tended = tendsHealth ? tend(() => look(tending.signal), tending.signal) : Promise.resolve()
  try {
    await cli.run({ operation, project, verb, signal, ...(onEvent && { onEvent }) })
  } finally {
    tending.abort()
    await tended
  }
}

/** Who was not ready in time; an engine that does not say so soon is not waited for. */
async function late(
  { expected, look, failed }: Upping,
  waitTimeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<RuntimeError<'COMPOSE_FAILED'>> {
  const containers = await answerSoon(look, lastLookMs, signal)
  if (containers === undefined)
    return failed('timeout', `after ${waitTimeoutMs} ms the project is not ready, and the engine does not say why`)
  const names = notReady(expected, containers)
  const told = names.map((service) => `\`${service}\``).join(', ')
  return names.length === 0
    ? failed('timeout', `after ${waitTimeoutMs} ms compose was still at work, though every service runs`)
    : failed('timeout', `after ${waitTimeoutMs} ms these are not ready: ${told}`, names[0])
}

/** Compose's words name containers, or nobody; a look tells the service. */
async function naming(error: unknown, { expected, look, signal }: Upping): Promise<unknown> {
  if (signal.aborted || !RuntimeError.is(error, 'COMPOSE_FAILED') || error.details.service !== undefined) return error
  const wanted = error.details.kind === 'job-failed' ? 'failed' : error.details.kind === 'unhealthy' ? 'unhealthy' : ''
  if (wanted === '') return error
  const containers = (await answerSoon(look, lastLookMs, signal)) ?? []
  const service = expected.find((name) => readinessOf(ownOf(name, containers)) === wanted)
  return service === undefined ? error : composeFailed({ operation, ...error.details, service })
}

/** `undefined` where the engine does not answer. */
async function answerSoon<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  withinMs: number,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  await using soon = new Deadline(signal, withinMs)
  try {
    return await ask(soon.signal)
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

function ownOf(name: string, containers: readonly ComposeService[]): readonly ComposeService[] {
  return containers.filter(({ service }) => service === name)
}

function notReady(expected: readonly string[], containers: readonly ComposeService[]): readonly string[] {
  return expected.filter((name) => readinessOf(ownOf(name, containers)) !== 'ready')
}

/** The containers, once they are what is waited for. */
async function ready({ expected, look, failed, signal }: Upping, wait: boolean): Promise<readonly ComposeService[]> {
  for (let isFirst = true; ; isFirst = false) {
    const containers = await look(signal)
    const missing = expected.find((name) => ownOf(name, containers).length === 0)
    if (isFirst && missing !== undefined)
      throw failed('other', `compose has ended well, and there is no container of the service \`${missing}\``, missing)
    if (!wait) return containers
    for (const name of expected) {
      const own = ownOf(name, containers)
      const readiness = readinessOf(own)
      if (readiness === 'unhealthy') throw failed('unhealthy', `the service \`${name}\` is unhealthy`, name)
      if (readiness === 'failed') {
        const exitCode = own.find((one) => (one.exitCode ?? 0) !== 0)?.exitCode
        throw failed('job-failed', `the service \`${name}\` has ended with exit code ${exitCode}`, name)
      }
    }
    if (notReady(expected, containers).length === 0) return containers
    await delay(lookEveryMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

async function tend(look: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // What goes wrong here goes wrong for compose too, which says so.
    await look().catch(() => undefined)
    await delay(tendEveryMs, undefined, { signal }).catch(() => undefined)
  }
}
