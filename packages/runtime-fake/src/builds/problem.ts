/** Why a build cannot go on, in words. */
export class BuildProblem extends Error {
  /** Of a process that has failed. */
  readonly exitCode: number | undefined
  /** Of the Dockerfile. */
  readonly line: number | undefined

  constructor(text: string, { exitCode, line }: { readonly exitCode?: number; readonly line?: number } = {}) {
    super(text)
    this.exitCode = exitCode
    this.line = line
  }
}
