import { BuildProblem } from './problem.ts'

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** Where it begins. */
  readonly line: number
  /** In capitals. */
  readonly keyword: string
  readonly flags: readonly Flag[]
  /** What follows the flags, continued lines joined. */
  readonly text: string
  /** All of it, as it stands there. */
  readonly whole: string
}

/** `--name=value`; without a value it is the empty text. */
export interface Flag {
  readonly name: string
  readonly value: string
}

const understood: ReadonlySet<string> = new Set([
  ...['FROM', 'ARG', 'LABEL', 'ENV', 'USER', 'WORKDIR', 'CMD', 'ENTRYPOINT', 'COPY', 'HEALTHCHECK', 'EXPOSE', 'RUN'],
  'STOPSIGNAL',
])

/** That engines know, and the fake does not. */
const others: ReadonlySet<string> = new Set(['ADD', 'VOLUME', 'SHELL', 'ONBUILD', 'MAINTAINER'])

/** The flags of each instruction that are understood. */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  FROM: ['platform'],
  COPY: ['from', 'chown', 'chmod', 'link'],
  RUN: ['mount', 'network'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
}

/** The instructions in their order; throws where one is not understood, and says which line it is. */
export function parseDockerfile(text: string): readonly Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const escape = escapeOf(lines)
  const instructions: Instruction[] = []
  let begun: { readonly line: number; text: string } | undefined
  for (const [index, raw] of lines.entries()) {
    if (/^\s*#/.test(raw) || (begun !== undefined && raw.trim() === '')) continue
    const piece = raw.replace(escape, '')
    if (begun === undefined) begun = { line: index + 1, text: piece }
    else begun.text += piece
    if (escape.test(raw)) continue
    if (begun.text.trim() !== '') instructions.push(instructionOf(begun.line, begun.text.trim()))
    begun = undefined
  }
  if (begun !== undefined && begun.text.trim() !== '') instructions.push(instructionOf(begun.line, begun.text.trim()))
  const [first] = instructions
  if (first === undefined) throw new BuildProblem('the Dockerfile is empty')
  const early = instructions.find(({ keyword }) => keyword !== 'ARG')
  if (early?.keyword !== 'FROM') throw onLine(early ?? first, 'there is no FROM before it')
  return instructions
}

/** A problem with an instruction. */
export function onLine({ line, keyword }: Instruction, text: string): BuildProblem {
  return new BuildProblem(`Dockerfile, line ${line}: ${keyword}: ${text}`, { line })
}

/** A directive of the first lines may change the sign with which lines are continued. */
function escapeOf(lines: readonly string[]): RegExp {
  for (const line of lines) {
    const [, name, value] = /^#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line) ?? []
    if (name === undefined) break
    if (name.toLowerCase() === 'escape' && value === '`') return /`[ \t]*$/
  }
  return /\\[ \t]*$/
}

function instructionOf(line: number, whole: string): Instruction {
  const [, word = '', after = ''] = /^(\S+)\s*(.*)$/s.exec(whole) ?? []
  const keyword = word.toUpperCase()
  const { flags, text } = withoutFlags(keyword, after)
  const instruction = { line, keyword, flags, text, whole: `${keyword} ${after}` }
  if (!understood.has(keyword)) {
    throw others.has(keyword)
      ? onLine(instruction, `the fake does not understand it. It understands ${[...understood].join(', ')}`)
      : onLine(instruction, 'this is no instruction of a Dockerfile')
  }
  if (text === '') throw onLine(instruction, 'it needs an argument')
  const strange = flags.find(({ name }) => !flagsOf[keyword]?.includes(name))
  if (strange !== undefined) throw onLine(instruction, `the fake does not understand \`--${strange.name}\``)
  if (/(?:^|\s)<<-?["']?\w/.test(text) && ['RUN', 'COPY'].includes(keyword))
    throw onLine(instruction, 'the fake does not understand text that follows on its own lines (`<<`)')
  return instruction
}

function withoutFlags(keyword: string, after: string): Pick<Instruction, 'flags' | 'text'> {
  const flags: Flag[] = []
  let text = after
  for (;;) {
    const [whole = '', name, value = ''] = (flagsOf[keyword] && /^--([a-z-]+)(?:=(\S*))?(?:\s+|$)/.exec(text)) ?? []
    if (name === undefined) return { flags, text }
    flags.push({ name, value })
    text = text.slice(whole.length)
  }
}

/** The array of texts that an instruction may be written as; `undefined` for any other text. */
export function listIn(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined
  } catch {
    return undefined
  }
}
