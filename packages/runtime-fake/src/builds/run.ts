import type { BuildSpec, ContainerSpec } from '@moorage/runtime-core'
import { containerRecord } from '../containers/record.ts'
import { containerFiles, processEnvironment, sharedSetup } from '../containers/process-setup.ts'
import { findProgram } from '../containers/program-lookup.ts'
import type { FakeEngine } from '../engine/engine.ts'
import type { FileTree } from '../engine/files.ts'
import type { ContainerRecord, ImageContent } from '../engine/records.ts'
import { noInput } from '../programs/pipe.ts'
import { RunningProcess } from '../programs/running-process.ts'
import { listIn, onLine, type Instruction } from './dockerfile.ts'
import type { StepMounts } from './mounts.ts'
import { BuildProblem } from './problem.ts'
import type { Step } from './steps.ts'
import { wordsOf, type Variables } from './words.ts'

/** What a RUN begins with. */
export interface RunStep {
  readonly engine: FakeEngine
  readonly spec: BuildSpec
  readonly image: ImageContent
  readonly files: FileTree
  readonly variables: Variables
  readonly mounts: StepMounts
  readonly step: Step
  readonly signal: AbortSignal | undefined
}

/** The files after RUN: its programs are those of the image. */
export async function filesAfterRun(instruction: Instruction, run: RunStep): Promise<FileTree> {
  const { engine, image, mounts } = run
  const files = new Map(run.files)
  const { workingDirectory } = image
  const { ulimits, extraHosts, networkMode } = run.spec
  const spec: ContainerSpec = {
    image: 'build',
    ...(workingDirectory !== undefined && { workingDirectory }),
    ...(ulimits && { ulimits }),
    ...(extraHosts && { extraHosts }),
    ...((networkMode === 'none' || networkMode === 'host') && { namespaces: { network: networkMode } }),
  }
  const record = engine.imageRecord(image)
  const given = { name: 'build', image: record, spec, files, mounts: mounts.mounts, networks: new Map() }
  const container = containerRecord(engine, given)
  for (const argv of commandsIn(instruction, run)) await runOne(container, argv, run)
  return files
}

/** A list is one command. A text is the shell's where the image has one; else plain commands with `&&` between them. */
function commandsIn(instruction: Instruction, { image, variables }: RunStep): readonly (readonly string[])[] {
  const { text } = instruction
  const list = listIn(text)
  if (list !== undefined) return [list]
  const { programs = {} } = image
  if (['sh', '/bin/sh'].some((name) => Object.hasOwn(programs, name))) return [['/bin/sh', '-c', text]]
  const [shellSign] = /[|;<>()`*?]|\$\(|(?<!&)&(?!&)/.exec(text.replaceAll(/'[^']*'|"(?:\\.|[^"\\])*"/g, '')) ?? []
  if (shellSign !== undefined) {
    const text = `it needs a shell (because of \`${shellSign}\`), and the image has no program \`sh\`. Register one in the image's \`programs\``
    throw onLine(instruction, text)
  }
  const commands: string[][] = [[]]
  for (const word of wordsOf(text, variables)) {
    if (word === '&&') commands.push([])
    else commands.at(-1)?.push(word)
  }
  return commands
}

async function runOne(container: ContainerRecord, argv: readonly string[], run: RunStep): Promise<void> {
  const { engine, image, variables, mounts, step, signal } = run
  const user = image.user ?? ''
  const workingDirectory = image.workingDirectory ?? '/'
  const found = findProgram(container, containerFiles(container), { argv, user, workingDirectory })
  if ('refusal' in found) throw new BuildProblem(found.refusal.text, found.refusal)
  const defined = Object.entries({ ...variables, ...mounts.env }).filter(([, value]) => value !== undefined)
  const process = new RunningProcess({
    ...sharedSetup(engine, container),
    argv,
    env: processEnvironment(container, {
      user,
      tty: false,
      env: Object.fromEntries(defined) as Record<string, string>,
    }),
    workingDirectory,
    user: user === '' ? 'root' : user,
    tty: false,
    program: found.program,
    stdin: noInput(),
    write: (stream, bytes) => step.log(stream, bytes),
  })
  const kill = (): void => process.kill('SIGKILL')
  signal?.addEventListener('abort', kill, { once: true })
  engine.disposal.signal.addEventListener('abort', kill, { once: true })
  try {
    process.start(() => undefined)
    const exitCode = await process.exited()
    signal?.throwIfAborted()
    if (exitCode !== 0)
      throw new BuildProblem(`the process \`${argv.join(' ')}\` ended with exit code ${exitCode}`, { exitCode })
  } finally {
    signal?.removeEventListener('abort', kill)
    engine.disposal.signal.removeEventListener('abort', kill)
  }
}
