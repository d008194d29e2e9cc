import { onLine, type Instruction } from './dockerfile.ts'
import { BuildProblem } from './problem.ts'
import { filledIn, wordsOf, type Variables } from './words.ts'

/** A part of a Dockerfile, from one FROM to the next. */
export interface StagePlan {
  readonly index: number
  /** In small letters. */
  readonly name: string | undefined
  readonly from: Instruction
  /** The name of an earlier stage, a reference, or `scratch`. */
  readonly base: string
  readonly platform: string | undefined
  readonly instructions: readonly Instruction[]
}

export interface DockerfilePlan {
  readonly stages: readonly StagePlan[]
  /** What stands before the first FROM: defaults for the stages that ask for it. */
  readonly globals: Variables
}

/** The stages of a Dockerfile, with the variables of their FROM filled in. */
export function planOf(instructions: readonly Instruction[], given: Variables, platforms: Variables): DockerfilePlan {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM')
  let globals: Variables = platforms
  for (const instruction of instructions.slice(0, first))
    globals = { ...globals, ...argumentsIn(instruction, given, globals) }
  const stages: (StagePlan & { readonly instructions: Instruction[] })[] = []
  for (const instruction of instructions.slice(first)) {
    if (instruction.keyword === 'FROM')
      stages.push({ ...stageOf(instruction, stages.length, globals), instructions: [] })
    else stages.at(-1)?.instructions.push(instruction)
  }
  return { stages, globals }
}

function stageOf(from: Instruction, index: number, globals: Variables): Omit<StagePlan, 'instructions'> {
  const [base = '', as, name, more] = wordsOf(from.text, globals)
  if (base === '') throw onLine(from, 'the name of its image is empty')
  if (more !== undefined || (as !== undefined && (as.toUpperCase() !== 'AS' || name === undefined)))
    throw onLine(from, 'it is not of the form `FROM image [AS name]`')
  const platform = from.flags.find((flag) => flag.name === 'platform')?.value
  return { index, name: name?.toLowerCase(), from, base, platform: platform && filledIn(platform, globals) }
}

/** What ARG declares: the caller's value, else its own default, else what was declared before the first FROM. */
export function argumentsIn(
  instruction: Instruction,
  given: Variables,
  known: Variables,
  globals: Variables = {},
): Variables {
  return Object.fromEntries(
    wordsOf(instruction.text, known).map((word) => {
      const [, name = '', equals, value] = /^([^=]+)(=)?(.*)$/s.exec(word) ?? []
      if (name === '') throw onLine(instruction, `\`${word}\` is not of the form NAME or NAME=default`)
      return [name, given[name] ?? (equals === undefined ? globals[name] : value)]
    }),
  )
}

/** By its name or its number; `undefined` for what is no stage. */
export function stageNamed(stages: readonly StagePlan[], name: string): StagePlan | undefined {
  return (
    stages.find((stage) => stage.name === name.toLowerCase()) ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined)
  )
}

/** The stage that is asked for, or the last one. */
export function targetOf(stages: readonly StagePlan[], target: string | undefined): StagePlan {
  const found = target === undefined ? stages.at(-1) : stageNamed(stages, target)
  if (found === undefined) throw new BuildProblem(`the Dockerfile has no stage \`${target}\``)
  return found
}
