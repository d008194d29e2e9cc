import { randomUUID } from 'node:crypto'
import type { ExecSpec } from '@moorage/runtime-core'

/** The variable by which a process and its children are found again in their container. */
const variable = 'MOORAGE_EXEC_ID'

/** The entry of the environment that marks one exec. */
export function newMark(): string {
  return `${variable}=${randomUUID()}`
}

/** The body of `POST /containers/{id}/exec`. */
export function execBody(spec: ExecSpec, options: { readonly stdin: boolean; readonly mark?: string }): object {
  const env = Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`)
  return {
    Cmd: [...spec.command],
    AttachStdout: true,
    AttachStderr: true,
    AttachStdin: options.stdin,
    Tty: spec.tty ?? false,
    Env: options.mark === undefined ? env : [...env, options.mark],
    ...(spec.user !== undefined && { User: spec.user }),
    ...(spec.workingDirectory !== undefined && { WorkingDir: spec.workingDirectory }),
    ...(spec.privileged !== undefined && { Privileged: spec.privileged }),
  }
}
