import { openRuntime, type BackendName, type OpenedRuntime } from '@moorage/runtime'
import { RuntimeError, type Runtime } from '@moorage/runtime-core'
import { busyboxCast } from './cast.ts'
import { Cleanup } from './cleanup.ts'
import { fakeCast, openDemoFake } from './fake.ts'
import { Interrupted } from './interrupt.ts'
import { runJob } from './job.ts'
import { findLeftovers } from './leftovers.ts'
import type { Screen } from './screen.ts'

export interface DemoOptions {
  /** This backend and no other; absent: the first that answers, the fake included. */
  readonly backend?: BackendName
  readonly screen: Screen
  /** Aborted when the demo is to end early. */
  readonly interrupt: AbortSignal
  /** Tells this run's resources from all others. */
  readonly runId: string
}

const label = 'org.moorage.demo'
const deadlineMs = 300_000

/** Runs the whole demo; answers the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { screen, interrupt } = options
  const signal = AbortSignal.any([interrupt, AbortSignal.timeout(deadlineMs)])
  screen.heading('Moorage: a container job on the best backend of this machine')
  screen.blank()
  try {
    const opened = await open(options, signal)
    try {
      const exitCode = await runAndCleanUp(options, opened, signal)
      // An interruption while things were removed anyway changes nothing but the exit code.
      if (exitCode === 0 && interrupt.aborted) return tell(screen, interrupt.reason)
      if (exitCode === 0) {
        screen.blank()
        screen.heading('All done.')
      }
      return exitCode
    } finally {
      await opened.runtime.close()
    }
  } catch (error) {
    return tell(screen, error)
  }
}

/** How a person finds what a demo that was killed has left behind. */
export function leftBehindHint(runId: string): string {
  return `Ended at once: whatever was not removed carries the label ${label}=${runId}.`
}

async function open({ screen, backend }: DemoOptions, signal: AbortSignal): Promise<OpenedRuntime> {
  const opened = await screen.step({
    subject: 'backend',
    doing: 'looking for a container engine',
    body: () => openRuntime({ allowFake: true, signal, adapters: { fake: openDemoFake }, ...(backend && { backend }) }),
    done: ({ choice }) => `${choice.backend}, because ${choice.reason}`,
  })
  for (const { target, source, reason } of opened.choice.tried) screen.output(`tried ${target} (${source}): ${reason}`)
  const { engineName, engineVersion, apiVersion, operatingSystem, architecture, endpoint } = await opened.runtime
    .info({ signal })
    .catch(async (error: unknown) => {
      await opened.runtime.close()
      throw error
    })
  const api = apiVersion === undefined ? '' : `, API ${apiVersion}`
  const place = endpoint === undefined ? '' : ` at ${endpoint}`
  screen.fact('engine', `${engineName} ${engineVersion}${api}, ${operatingSystem}/${architecture}${place}`)
  return opened
}

async function runAndCleanUp(
  { screen, runId }: DemoOptions,
  { runtime, choice }: OpenedRuntime,
  signal: AbortSignal,
): Promise<number> {
  const cleanup = new Cleanup()
  const labels = { [label]: runId }
  const cast = choice.backend === 'fake' ? fakeCast : busyboxCast
  let exitCode = 0
  try {
    await runJob({ runtime, cast, screen, cleanup, signal, prefix: `moorage-demo-${runId}`, labels })
  } catch (error) {
    exitCode = tell(screen, error)
  }
  const isClean = await cleanUp(screen, cleanup, runtime, labels)
  return exitCode === 0 && !isClean ? 1 : exitCode
}

/** Whether everything is gone. */
async function cleanUp(
  screen: Screen,
  cleanup: Cleanup,
  runtime: Runtime,
  labels: Readonly<Record<string, string>>,
): Promise<boolean> {
  const told = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const failures = await screen.step({
    subject: 'remove',
    doing: 'removing what was made, users before what they use',
    body: (progress) => removeAll(screen, cleanup, progress),
    done: (failed) => (failed === 0 ? 'everything that was made' : `${failed} could not be removed`),
    isBad: (failed) => failed > 0,
  })
  const leftovers = await screen.step({
    subject: 'check',
    doing: 'asking the engine what still carries the label of this run',
    body: () => findLeftovers(runtime, labels),
    done: ({ length }) => `${length === 0 ? 'nothing' : length} is left with the label ${told.join()}`,
    isBad: ({ length }) => length > 0,
  })
  for (const leftover of leftovers) screen.problem(`left behind: ${leftover}`)
  return failures === 0 && leftovers.length === 0
}

/** Answers how much could not be removed. */
async function removeAll(screen: Screen, cleanup: Cleanup, progress: (text: string) => void): Promise<number> {
  let failures = 0
  await cleanup.run({
    removing: progress,
    removed: (what) => screen.output(what),
    failed: (what, error) => {
      failures += 1
      screen.problem(`${what}: ${messageOf(error)}`)
    },
  })
  return failures
}

/** Says what went wrong, unless it was said when it happened; answers the exit code. */
function tell(screen: Screen, error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode
  screen.problem(messageOf(error))
  return 1
}

function messageOf(error: unknown): string {
  if (RuntimeError.is(error)) return `${error.code}: ${error.message}`
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `This has taken longer than ${deadlineMs / 60_000} minutes, and was ended.`
  }
  return error instanceof Error ? error.message : String(error)
}
