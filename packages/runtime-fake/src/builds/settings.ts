import type { Healthcheck } from '@moorage/runtime-core'
import { normalized } from '../engine/files.ts'
import type { FakeImageSpec } from '../engine/records.ts'
import { listIn, onLine, type Instruction } from './dockerfile.ts'
import { filledIn, wordsOf, type Variables } from './words.ts'

const shell = ['/bin/sh', '-c']

/** What an instruction makes of the image's settings; `undefined` for one that does more than that. */
export function changedSettings(
  image: FakeImageSpec,
  instruction: Instruction,
  variables: Variables,
): FakeImageSpec | undefined {
  const { keyword, text } = instruction
  switch (keyword) {
    case 'ENV':
      return { ...image, env: { ...image.env, ...pairsIn(instruction, variables) } }
    case 'LABEL':
      return { ...image, labels: { ...image.labels, ...pairsIn(instruction, variables) } }
    case 'USER':
      return { ...image, user: filledIn(text, variables) }
    case 'CMD':
      return { ...image, command: commandIn(text) }
    case 'ENTRYPOINT':
      return { ...image, entrypoint: commandIn(text) }
    case 'STOPSIGNAL':
      return { ...image, stopSignal: filledIn(text, variables) }
    case 'EXPOSE':
      return {
        ...image,
        exposedPorts: [...new Set([...(image.exposedPorts ?? []), ...portsIn(instruction, variables)])],
      }
    case 'HEALTHCHECK':
      return withHealthcheck(image, instruction)
    default:
      return undefined
  }
}

/** The directory that WORKDIR leads to. */
export function workingDirectoryOf({ workingDirectory = '/' }: FakeImageSpec, path: string): string {
  return normalized(path.startsWith('/') ? path : `${workingDirectory}/${path}`)
}

/** A list is the command itself; a text is for the image's shell. */
function commandIn(text: string): readonly string[] {
  return listIn(text) ?? [...shell, text]
}

/** `NAME=value` as often as one likes, or the old form of one name and the rest of the line. */
function pairsIn(instruction: Instruction, variables: Variables): Readonly<Record<string, string>> {
  const { text } = instruction
  const [, oldName = '', oldValue = ''] = /^([^\s=]+)\s+(.*)$/s.exec(text) ?? []
  if (oldName !== '') return { [oldName]: filledIn(oldValue, variables) }
  return Object.fromEntries(
    wordsOf(text, variables).map((word) => {
      const equals = word.indexOf('=')
      if (equals < 1) throw onLine(instruction, `\`${word}\` is not of the form NAME=value`)
      return [word.slice(0, equals), word.slice(equals + 1)]
    }),
  )
}

function portsIn(instruction: Instruction, variables: Variables): readonly string[] {
  return wordsOf(instruction.text, variables).flatMap((word) => {
    const [, first, last = first, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/.exec(word) ?? []
    if (first === undefined) throw onLine(instruction, `\`${word}\` is no port`)
    const count = Number(last) - Number(first) + 1
    return Array.from({ length: count }, (_, index) => `${Number(first) + index}/${protocol}`)
  })
}

function withHealthcheck(image: FakeImageSpec, instruction: Instruction): FakeImageSpec {
  const { healthcheck: _inherited, ...rest } = image
  const { text, flags } = instruction
  if (text.toUpperCase() === 'NONE') return rest
  const [, command] = /^CMD\s+(.+)$/is.exec(text) ?? []
  if (command === undefined) throw onLine(instruction, 'it is neither `CMD …` nor `NONE`')
  const given = Object.fromEntries(flags.map(({ name, value }) => [name, value]))
  const milliseconds = (flag: string): number | undefined => {
    const value = given[flag]
    return value === undefined ? undefined : durationOf(instruction, value)
  }
  const found = {
    intervalMs: milliseconds('interval'),
    timeoutMs: milliseconds('timeout'),
    startPeriodMs: milliseconds('start-period'),
    retries: given['retries'] === undefined ? undefined : Number(given['retries']),
  }
  const fields = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
  const healthcheck: Healthcheck = { test: listIn(command) ?? command, ...fields }
  return { ...rest, healthcheck }
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Such as `1m30s`. */
function durationOf(instruction: Instruction, text: string): number {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) throw onLine(instruction, `\`${text}\` is no duration`)
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (unitsMs[unit] ?? 0),
    0,
  )
}
