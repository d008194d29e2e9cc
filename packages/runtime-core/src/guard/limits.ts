import { invalidArgument } from '../errors.ts'
import * as is from './checks.ts'

/** The largest 32-bit integer, which engines hold counts in. */
const most = 2_147_483_647
/** Engines take 0 for the default, and refuse fractions of a millisecond. */
const atLeastOne = is.between(1, is.longestMs)
/** -1 is no limit; engines take 0 for one that was not given. */
const limit = is.check(
  '-1, or a whole number of at least 1',
  (value) => value === -1 || (Number.isSafeInteger(value) && Number(value) >= 1),
  is.describeNumber,
)

/** A Dockerfile and the engines' API begin the array with its kind; here it is the command itself. */
const healthProgram = is.check(
  'a program, without `CMD`, `CMD-SHELL` or `NONE` before it',
  (value) => !['', 'CMD', 'CMD-SHELL', 'NONE'].includes(String(value)),
)

const healthCommand: is.Check = (operation, field, value) => {
  is.arrayOf(is.text, 1)(operation, field, value)
  healthProgram(operation, `${field}[0]`, Object(value)[0])
}

export const healthcheck = is.object(
  {
    test: is.simpleOr(is.filledText, healthCommand),
    intervalMs: atLeastOne,
    timeoutMs: atLeastOne,
    startPeriodMs: is.zeroOrBetween(1, is.longestMs),
    retries: is.whole(1, most),
  },
  ['test'],
)

function isCpuList(value: unknown): boolean {
  if (typeof value !== 'string') return false
  return value.split(',').every((range) => {
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? []
    return first !== undefined && Number(first) <= Number(last)
  })
}

const resourceFields = is.object({
  memoryBytes: is.whole(1),
  memorySwapBytes: limit,
  memoryReservationBytes: is.whole(1),
  // A kernel allots no less than a hundredth of a CPU.
  cpus: is.between(0.01, 1_000_000),
  cpuShares: is.whole(2, 262_144),
  cpusetCpus: is.check('a list of CPUs such as `0-2,4`', isCpuList),
  pidsLimit: limit,
})

export const resources: is.Check = (operation, field, value) => {
  resourceFields(operation, field, value)
  const { memoryBytes, memorySwapBytes } = value as { readonly memoryBytes?: number; readonly memorySwapBytes?: number }
  if (memoryBytes === undefined || memorySwapBytes === undefined || memorySwapBytes === -1) return
  if (memorySwapBytes < memoryBytes)
    throw invalidArgument(operation, `${field}.memorySwapBytes`, `-1, or at least \`memoryBytes\` (${memoryBytes})`)
}

const ulimitNames = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss', 'rtprio'],
  ...['rttime', 'sigpending', 'stack'],
]
const ulimit = is.object({ name: is.oneOf(...ulimitNames), soft: is.whole(-1), hard: is.whole(-1) }, [
  'name',
  'soft',
  'hard',
])

/** -1 is no limit. */
export const ulimits = is.arrayOf((operation, field, value) => {
  ulimit(operation, field, value)
  const { soft, hard } = value as { readonly soft: number; readonly hard: number }
  if (hard !== -1 && (soft === -1 || soft > hard))
    throw invalidArgument(operation, `${field}.soft`, `at most the hard limit of ${hard}`)
})

const restartPolicy = { policy: is.oneOf('no', 'always', 'unless-stopped', 'on-failure') }
/** To engines 0 retries are any number of them. */
const restartOnFailure = is.object({ ...restartPolicy, maximumRetries: is.whole(1, most) }, ['policy'])
const restartOtherwise = is.object(
  { ...restartPolicy, maximumRetries: is.absent('except for the policy `on-failure`') },
  ['policy'],
)

export const restart: is.Check = (operation, field, value) => {
  const onFailure = typeof value === 'object' && value !== null && 'policy' in value && value.policy === 'on-failure'
  const inner = onFailure ? restartOnFailure : restartOtherwise
  inner(operation, field, value)
}
