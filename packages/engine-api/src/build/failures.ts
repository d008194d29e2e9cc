import { ownFailure, type Call } from '../errors/failure.ts'

/** A step that has failed, and the end of what it wrote. */
export interface FailedStep {
  readonly name: string
  readonly error: string
  readonly logTail: readonly string[]
}

/** BuildKit's words, those of Docker 20.10 among them, and Buildah's. */
const exitCodeWords = /exit (?:code:|status) (\d+)/

/** BuildKit's words for a line that it does not understand; of Docker 20.10 without the "on". */
const lineWords = /parse error (?:on )?line (\d+)/

/** BUILD_FAILED, with the step that has failed where it is a step that has. */
export function buildFailed(
  call: Call,
  problem: string,
  failed: FailedStep | undefined,
  line = Number(lineWords.exec(problem)?.[1]),
): Error {
  const exitCode = exitCodeWords.exec(failed?.error ?? problem)?.[1]
  const where = failed === undefined ? '' : ` in ${failed.name}`
  const last = failed?.logTail.at(-1)
  const words = problem.trim().replace(/\.$/, '')
  const text = `the build has failed${where}: ${words}.${last === undefined ? '' : ` Its last line: ${last}`}`
  return ownFailure(
    call,
    'BUILD_FAILED',
    {
      ...(failed !== undefined && { step: failed.name }),
      ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
      ...(!Number.isNaN(line) && { line }),
      logTail: failed?.logTail ?? [],
    },
    text,
    { engineMessage: problem },
  )
}
