/** Why a build cannot go on, in words; of a process that has failed, with its exit code. */
export class BuildProblem extends Error {
  readonly exitCode: number | undefined

  constructor(text: string, exitCode?: number) {
    super(text)
    this.exitCode = exitCode
  }
}
